import { expect, test } from 'vitest'
import { launchFromMemory } from '../../src/launch/memory-program.ts'
import type { LaunchOptions } from '../../src/launch/prepare-launch.ts'
import type { PackageFile } from '../../src/package/package-file.ts'
import { WorkenvError } from '../../src/workenv/workenv-error.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, packed, programPlan } from '../workenv/workenv-fixture.ts'

const FAILURE = new WorkenvError('CACHE_UNUSABLE', 'no directory', {}, { hint: 'set FLAVOR_CACHE' })

async function launch(pkg: PackageFile) {
  const lines: string[] = []
  const options: LaunchOptions = {
    path: pkg.path,
    argv: ['./typed'],
    environment: { FLAVOR_EXEC_MODE: 'spawn', PATH: '/usr/bin:/bin' },
    io: { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 },
    log: (level, message) => lines.push(`${level} ${message}`),
  }
  const invocation = { invoked: './typed', userArguments: ['7'], requested: undefined }
  return { status: await launchFromMemory(pkg, options, invocation, FAILURE), lines }
}

const onLinux = test.runIf(process.platform === 'linux')

onLinux('workenv §1.4: a script runs from memory, with its arguments and no work environment', async () => {
  const pkg = await packed(programPlan(scratch(), '#!/bin/sh\n[ -z "$FLAVOR_WORKENV" ] && exit "$1"\n'))
  const { status, lines } = await launch(pkg)
  expect(status).toBe(7)
  expect(lines[0]).toBe('warn sample: runs from memory (memfd): no directory')
})

onLinux('workenv §1.4: what was changed in the package is not run', async () => {
  const pkg = await packed(programPlan(scratch(), '#!/bin/sh\nexit 0\n'))
  const [slot] = pkg.slots
  if (slot === undefined) throw new Error('there is a slot')
  const tree = 'f'.repeat(64)
  const changed = { ...slot, metadata: { ...slot.metadata, tree: `sha256:${tree}` } }
  Reflect.set(pkg, 'slots', [changed])
  await expect(launch(pkg)).rejects.toMatchObject({ code: 'TREE_HASH' })
})

test('workenv §1.4: where it cannot be, the error is that of the ladder', async () => {
  await expect(launch(await packed(appPlan()))).rejects.toBe(FAILURE)
})
