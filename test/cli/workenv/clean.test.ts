import { afterEach, expect, test, vi } from 'vitest'
import { type CleanOptions, cleanWorkenvs } from '../../../src/workenv/clean-workenvs.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'

// Cleaning looks at every base of the machine; a test must not take away what others unpacked there.
vi.mock('../../../src/workenv/clean-workenvs.ts', () => ({ cleanWorkenvs: vi.fn() }))

const calls: CleanOptions[] = []

function cacheWith(removed: readonly { id: string; bytes: number }[]) {
  vi.mocked(cleanWorkenvs).mockImplementation((_environment, options = {}) => {
    calls.push(options)
    const bytes = removed.reduce((sum, one) => sum + one.bytes, 0)
    const entries = removed.map(({ id, bytes }) => ({ kind: 'workenv' as const, id, path: `/cache/${id}`, bytes }))
    return { removed: entries, kept: [{ id: 'busy', reason: 'a process holds its lock' }], bytes }
  })
}

afterEach(() => {
  calls.length = 0
})

test('it looks first, asks, and only then removes', async () => {
  cacheWith([{ id: 'old-1', bytes: 1000 }])
  expect((await runInProcess(['workenv', 'clean'], { answers: ['n'] })).exit).toBe(1)
  expect((await runInProcess(['workenv', 'clean'])).exit).toBe(2)
  expect(calls).toEqual(Array(2).fill({ olderThanDays: 30, all: false, dryRun: true }))
  const { exit, stdout } = await runInProcess(['workenv', 'clean', '--older-than', '7', '-y'])
  expect(calls.slice(2)).toEqual([
    { olderThanDays: 7, all: false, dryRun: true },
    { olderThanDays: 7, all: false },
  ])
  expect(exit).toBe(0)
  expect(stdout).toBe('workenv  old-1  1.00 kB\nkept  busy  a process holds its lock\nremoved 1.00 kB\n')
})

test('--dry-run removes nothing, and nothing to remove asks nobody', async () => {
  cacheWith([{ id: 'old-1', bytes: 1000 }])
  const { stdout } = await runInProcess(['workenv', 'clean', '--all', '-n', '--json'])
  expect(calls).toEqual([{ olderThanDays: 30, all: true, dryRun: true }])
  expect(await undeclaredFields(JSON.parse(stdout))).toEqual([])
  expect(JSON.parse(stdout)).toMatchObject({
    dry_run: true,
    bytes: 1000,
    removed: [{ id: 'old-1' }],
    kept: [{ id: 'busy' }],
  })
  cacheWith([])
  expect(await runInProcess(['workenv', 'clean'])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('nothing to remove'),
  })
})
