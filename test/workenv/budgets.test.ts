import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBudgets } from '../../src/workenv/budgets.ts'
import { type Environment, thisMachine } from '../../src/workenv/machine.ts'
import { missing } from '../support/machines.ts'
import { scratch } from '../support/scratch.ts'

const DAY = 24 * 3600 * 1000
const DEFAULTS = { maxAge: 30 * DAY, maxSize: undefined }
const OFF = { maxAge: undefined, maxSize: undefined }

function machine(environment: Environment) {
  return { ...thisMachine(environment), platform: 'linux' as const }
}

function configured(text: string | Buffer) {
  const home = scratch()
  const directory = join(home, '.config/flavor')
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'config.toml')
  writeFileSync(file, text)
  return { home, file }
}

test('workenv §10.5: the file of the user counts where no variable does', async () => {
  const { home, file } = configured('[cache]\nmax-age = "1d"\nmax-size = "1GB"\n')
  expect(await readBudgets(machine({ HOME: home }))).toEqual({ budgets: { maxAge: DAY, maxSize: 1e9 }, warnings: [] })
  const { budgets } = await readBudgets(machine({ HOME: home, FLAVOR_CACHE_MAX_AGE: '0' }))
  expect(budgets).toEqual({ maxAge: undefined, maxSize: 1e9 })
  const elsewhere = machine({ HOME: home, XDG_CONFIG_HOME: scratch() })
  expect((await readBudgets(elsewhere)).budgets).toEqual(DEFAULTS)
  // Where settings are kept elsewhere and linked.
  renameSync(file, join(home, 'settings'))
  symlinkSync(join(home, 'settings'), file)
  expect((await readBudgets(machine({ HOME: home }))).budgets.maxAge).toBe(DAY)
})

test('workenv §10.5: no home, no file, or a caller without our rights: the defaults', async () => {
  const { home } = configured('[cache]\nmax-age = "1d"\n')
  for (const environment of [{}, { HOME: 'relative' }, { HOME: scratch() }]) {
    expect(await readBudgets(machine(environment))).toEqual({ budgets: DEFAULTS, warnings: [] })
  }
  const privileged = { ...machine({ HOME: home, FLAVOR_CACHE_MAX_AGE: '0' }), isPrivileged: true }
  expect((await readBudgets(privileged)).budgets).toEqual(DEFAULTS)
})

test.each([
  ['is not UTF-8', Buffer.from([0x61, 0xff])],
  ['is too long', Buffer.alloc(65_537, '#')],
])('workenv §10.5: a file that %s is one warning and removes nothing', async (_, text) => {
  const { home, file } = configured(text)
  const { budgets, warnings } = await readBudgets(machine({ HOME: home }))
  expect(budgets).toEqual(OFF)
  expect(warnings).toEqual([expect.stringContaining(`${file}: is not TOML`)])
})

test.skipIf(missing('linux'))('workenv §10.5: a pipe in its place is not waited for', async () => {
  const { home, file } = configured('')
  rmSync(file)
  execFileSync('mkfifo', [file])
  expect((await readBudgets(machine({ HOME: home }))).budgets).toEqual(DEFAULTS)
})

test('workenv §10.5: a directory in its place is one warning', async () => {
  const { home, file } = configured('')
  rmSync(file)
  mkdirSync(file)
  expect(await readBudgets(machine({ HOME: home }))).toMatchObject({ budgets: OFF, warnings: [expect.any(String)] })
})
