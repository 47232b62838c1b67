import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareForAll } from '../../src/launch/prepare-for-all.ts'
import type { LaunchOptions } from '../../src/launch/prepare-launch.ts'
import type { PlannedSlot } from '../../src/package/package-plan.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

function optionsOf(path: string, environment: Record<string, string>): LaunchOptions {
  const io = { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 }
  return { path, argv: [path], environment: { PATH: '/usr/bin:/bin', ...environment }, io, log: () => {} }
}

test('§8.4 makes what all runs share and settles it, and nothing of one run or one user', async () => {
  const directory = scratch()
  const source = join(directory, 'source')
  writeFileSync(source, 'a text that is long enough')
  const slots = (['lazy', 'volatile', 'persistent'] as const).map((lifecycle): PlannedSlot => {
    return { ...fileSlot(lifecycle, source, `share/${lifecycle}.txt`), lifecycle }
  })
  const execution = { primary_slot: 0, command: '/bin/sh', argv: ['/bin/sh'] }
  const { path } = await writeShellPackage(directory, { changes: { slots, execution } })
  const environment = { FLAVOR_CACHE: join(directory, 'cache'), XDG_DATA_HOME: join(directory, 'data') }
  const options = optionsOf(path, environment)
  const first = await prepareForAll(options, false)
  expect(first).toMatchObject({ fresh: true, settled: true })
  expect(existsSync(join(first.root, '../settled'))).toBe(true)
  expect(readdirSync(join(directory, 'cache/slots'))).toEqual([])
  const second = await prepareForAll(options, true)
  expect(second).toEqual({ ...first, fresh: false })
  expect(readdirSync(join(directory, 'cache/slots')).filter(name => !name.endsWith('.lock'))).toHaveLength(1)
  expect([existsSync(environment.XDG_DATA_HOME), existsSync(join(directory, 'cache/runs'))]).toEqual([false, false])
})
