import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describePackage } from '../../../src/cli/inspection/inspection.ts'
import { inspectionText } from '../../../src/cli/inspection/inspection-text.ts'
import { openPackage } from '../../../src/package/package-file.ts'
import { samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

const everything = { slotDetails: true, compressionStats: true }

test('what the package says about itself is shown as one would type it', async () => {
  const directory = scratch()
  const plan = samplePlan(join(directory, 'plan'))
  const { path } = await writeSample(directory, {
    ...plan,
    execution: {
      ...plan.execution,
      argv: ['/bin/sh', '-c', "echo 'it' works"],
      commands: { other: { argv: ['/bin/true', ''] } },
    },
    setupCommands: [{ type: 'execute', command: '/bin/true' }],
    platforms: [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.36' }],
    minimumLevel: 'none',
    expires: 1_801_353_600,
    rotations: ['flavor-rotation sample a b c'],
  })
  const text = inspectionText(describePackage(openPackage(path)), everything, plain => plain)
  expect(text).toContain(`command     /bin/sh -c 'echo '\\''it'\\'' works'`)
  expect(text).toContain(`other: /bin/true ''`)
  expect(text).toContain('setup       1 command after unpacking')
  expect(text).toContain('runs on     linux amd64 with glibc 2.36 or newer')
  expect(text).toContain('expires     2027-01-31T00:00:00Z')
  expect(text).toContain('rotation    carries 1 statement')
  expect(text).toContain('validation  can be lowered to none')
})

test('an ephemeral key and a signature that does not fit are said', async () => {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')), { ephemeral: true })
  const inspection = { ...describePackage(openPackage(path)), signature_valid: false }
  const text = inspectionText(inspection, everything, plain => plain)
  expect(text).toContain('thrown away')
  expect(text).toContain('NOT VALID')
})
