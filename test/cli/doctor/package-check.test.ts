import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageChecks } from '../../../src/cli/doctor/package-check.ts'
import { samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

test('what is no package is one line that says so', () => {
  const path = join(scratch(), 'text')
  writeFileSync(path, 'no package')
  expect(packageChecks(path)).toMatchObject([{ name: 'package', status: 'fail' }])
})

test.runIf(process.platform === 'linux')(
  'a package that needs a newer glibc fails, one without needs is fine',
  async () => {
    const directory = scratch()
    const plan = samplePlan(join(directory, 'plan'))
    const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
    const { path } = await writeSample(directory, plan)
    expect(packageChecks(path)).toMatchObject([{ status: 'ok' }, { status: 'ok' }])
    const newer = [{ os: 'linux', arch, libc: 'glibc', libc_version: '9.99' }] as const
    await writeSample(directory, { ...plan, platforms: newer })
    expect(packageChecks(path)).toMatchObject([{ status: 'ok' }, { name: 'runs here', status: 'fail' }])
  },
)
