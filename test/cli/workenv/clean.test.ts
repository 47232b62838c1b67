import { afterEach, expect, test, vi } from 'vitest'
import { type CleanOptions, cleanWorkenvs } from '../../../src/workenv/clean-workenvs.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'

// Cleaning looks at every base of the machine; a test must not take away what others unpacked there.
vi.mock('../../../src/workenv/clean-workenvs.ts', () => ({ cleanWorkenvs: vi.fn() }))

const calls: CleanOptions[] = []

function cacheWith(removed: readonly { id: string; bytes: number }[], left?: number) {
  vi.mocked(cleanWorkenvs).mockImplementation((_environment, options = {}) => {
    calls.push(options)
    const bytes = removed.reduce((sum, one) => sum + one.bytes, 0)
    const entries = removed.map(({ id, bytes }) => ({ kind: 'workenv' as const, id, path: `/cache/${id}`, bytes }))
    const kept = [{ id: 'busy', reason: 'a process holds its lock' }]
    return { removed: entries, kept, bytes, ...(left === undefined ? {} : { left }) }
  })
}

afterEach(() => {
  calls.length = 0
})

test('it looks first, asks, and only then removes', async () => {
  cacheWith([{ id: 'old-1', bytes: 1000 }])
  expect((await runInProcess(['workenv', 'clean'], { answers: ['n'] })).exit).toBe(1)
  expect((await runInProcess(['workenv', 'clean'])).exit).toBe(2)
  expect(calls).toEqual(Array(2).fill({ maxAge: 30 * 86_400_000, dryRun: true }))
  const { exit, stdout } = await runInProcess(['workenv', 'clean', '--older-than', '7', '-y'])
  expect(calls.slice(2)).toEqual([{ maxAge: 7 * 86_400_000, dryRun: true }, { maxAge: 7 * 86_400_000 }])
  expect(exit).toBe(0)
  expect(stdout).toBe('workenv  old-1  1.00 kB\nkept  busy  a process holds its lock\nremoved 1.00 kB\n')
})

test('--dry-run removes nothing, and nothing to remove asks nobody', async () => {
  cacheWith([{ id: 'old-1', bytes: 1000 }])
  const { stdout } = await runInProcess(['workenv', 'clean', '--all', '-n', '--json'])
  expect(calls).toEqual([{ all: true, dryRun: true }])
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

test('on a terminal it shows what would go before it asks', async () => {
  cacheWith([{ id: 'old-1', bytes: 1000 }])
  const { exit, stderr } = await runInProcess(['workenv', 'clean', '--keep', '2'], { tty: true, answers: ['n'] })
  expect(calls).toEqual([{ keep: 2, dryRun: true }])
  expect([exit, stderr]).toEqual([
    1,
    'workenv  old-1  1.00 kB\nflavor: remove 1 entry, 1.00 kB? [y/N] n\nflavor: nothing was removed\n',
  ])
})

test('a size that cannot be reached is told', async () => {
  cacheWith([], 3_000_000)
  const call = ['workenv', 'clean', '--max-size', '2MB', '-y']
  const { exit, stdout } = await runInProcess([...call, '--json'])
  expect([exit, JSON.parse(stdout).left]).toEqual([0, 3_000_000])
  expect(await undeclaredFields(JSON.parse(stdout))).toEqual([])
  expect(calls).toEqual([{ maxSize: 2_000_000, dryRun: true }])
  expect((await runInProcess(call)).stderr).toMatch(/^flavor: 3\.00 MB are left, more than was asked for/)
})

test('workenv §10.5: without a flag, the limits of the user; what cannot be understood is told, and removes nothing', async () => {
  cacheWith([])
  const limits = async (environment: Record<string, string>) => {
    const { stderr } = await runInProcess(['workenv', 'clean'], { environment })
    return [calls.at(-1), stderr]
  }
  expect(await limits({ FLAVOR_CACHE_MAX_AGE: '1d', FLAVOR_CACHE_MAX_SIZE: '2GB' })).toEqual([
    { maxAge: 86_400_000, maxSize: 2e9, dryRun: true },
    '',
  ])
  expect(await limits({ FLAVOR_CACHE_MAX_AGE: '0' })).toEqual([{ maxAge: Number.POSITIVE_INFINITY, dryRun: true }, ''])
  expect(await limits({ FLAVOR_CACHE_MAX_AGE: 'x' })).toEqual([
    { maxAge: Number.POSITIVE_INFINITY, dryRun: true },
    expect.stringContaining('FLAVOR_CACHE_MAX_AGE is not an age such as 30d'),
  ])
})
