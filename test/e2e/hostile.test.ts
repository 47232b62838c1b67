import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { LAUNCHER } from '../../scripts/vectors/assembler.ts'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { extractSlot } from '../../src/package/extract.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { verifyPackage } from '../../src/package/verify.ts'
import { hostileFiles } from '../hostile/all.ts'
import type { HostileFile } from '../hostile/hostile-file.ts'
import { type Measured, MOST_SECONDS, measureAll } from '../hostile/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'

const FILES = hostileFiles()
const MOST_KILOBYTES = 256 * 1024
/** Milliseconds for a launcher to be built and to be started for each file: a minute where nothing else runs, far more on a busy machine. */
const PATIENCE = 2_700_000
/** What would be there if an absolute name of an archive were written. */
const CANARY = '/flavor-hostile-canary'

/** To a launcher, a file that does not end as a package is a launcher alone (spec §2.1). */
const BARE = ['trailer/no-magic', 'trailer/wrong-end', 'trailer/trailing-newline', 'trailer/cut-short']

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** A directory to work in, and beside it what nothing may touch. */
function canary(): { root: string; outside: () => string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'flavor-hostile-'))
  directories.push(directory)
  for (const name of ['root', 'outside']) mkdirSync(join(directory, name))
  writeFileSync(join(directory, 'outside/file'), 'untouched')
  const state = (path: string) => {
    const { mode, size, mtimeMs } = lstatSync(path)
    return `${path} ${mode} ${size} ${mtimeMs}`
  }
  const list = (path: string): string[] => {
    const below = lstatSync(path).isDirectory() && path !== join(directory, 'root') ? readdirSync(path).sort() : []
    return [path === join(directory, 'root') ? path : state(path), ...below.flatMap(name => list(join(path, name)))]
  }
  return { root: join(directory, 'root'), outside: () => list(directory) }
}

/** The steps of spec §9.1; the last one into `root`. */
async function refusal(path: string, root: string): Promise<string> {
  let level = 'open'
  try {
    const pkg = openPackage(path)
    try {
      level = 'verify'
      await verifyPackage(pkg)
      level = 'deep'
      await verifyPackage(pkg, { deep: true })
      level = 'extract'
      for (const slot of pkg.slots) await extractSlot(pkg, slot, root, { readOnly: true })
      return 'accepted'
    } finally {
      pkg.close()
    }
  } catch (error) {
    return error instanceof FlavorError ? `${level} ${error.code}` : `${error}`
  }
}

test('there are at least 400 files, each another one, over every section that refuses bytes', () => {
  const launcher = { length: LAUNCHER.length, sha256: '0'.repeat(64) }
  const hashes = FILES.map(file => createHash('sha256').update(file.behind(launcher)).digest('hex'))
  expect(new Set(hashes).size).toBeGreaterThanOrEqual(400)
  expect(new Set(FILES.map(file => file.name)).size).toBe(FILES.length)
  const sections = [...new Set(FILES.map(file => file.spec))]
  for (const section of [
    '§1.3',
    '§2.1',
    '§2.2',
    '§2.3',
    '§2.4',
    '§2.5',
    '§3.1',
    '§3.2',
    '§3.3',
    '§3.4',
    '§4.1',
    '§4.2',
    '§4.3',
    '§4.4',
  ]) {
    expect(sections).toContain(section)
  }
  for (const section of [
    '§4.5',
    '§5.1',
    '§5.2',
    '§5.3',
    '§5.4',
    '§5.5',
    '§5.6',
    '§5.7',
    '§6.1',
    '§6.3',
    '§6.4',
    '§9.2',
    '§10',
  ]) {
    expect(sections).toContain(section)
  }
})

test('§9.1 the reader refuses each with its code, at its step, and writes nothing beside', async () => {
  const { root, outside } = canary()
  const before = outside()
  const launcher = { length: LAUNCHER.length, sha256: createHash('sha256').update(LAUNCHER).digest('hex') }
  const path = join(root, 'hostile.psp')
  const faults: string[] = []
  for (const file of FILES) {
    writeFileSync(path, Buffer.concat([LAUNCHER, file.behind(launcher)]))
    const into = mkdtempSync(join(root, 'into-'))
    const found = await refusal(path, into)
    if (found !== `${file.level} ${file.error}`)
      faults.push(`${file.name}: ${found}, expected ${file.level} ${file.error}`)
    rmSync(into, { recursive: true })
  }
  expect(faults).toEqual([])
  expect(outside()).toEqual(before)
  expect(existsSync(CANARY)).toBe(false)
})

const unable = missing('linux')

describe.skipIf(unable !== undefined)(`launchers ${unable ?? ''}`, () => {
  test.each([
    ['native', nativeLauncher],
    ['Node', nodeLauncher],
  ] as const)(
    '§8.5 the %s launcher refuses each with the same code',
    async (_, build) => {
      const launcher = await build()
      const { root, outside } = canary()
      const before = outside()
      const measured = await measureAll(launcher, FILES, root)
      expect(FILES.flatMap((file, position) => faultOf(file, measured[position]))).toEqual([])
      expect(outside()).toEqual(before)
      expect(existsSync(CANARY)).toBe(false)
    },
    PATIENCE,
  )
})

/** How a launcher's refusal is not as it should be. */
function faultOf(file: HostileFile, run: Measured | undefined): string[] {
  if (run === undefined) return [`${file.name}: was not run`]
  const { said, status, kilobytes, seconds } = run
  const found = /^flavor: error\[(\w+)\]: .*/m.exec(said)
  const error = BARE.includes(file.name) ? 'LAUNCHER_BARE' : file.error
  const faults = [
    ...(found?.[1] === error ? [] : [`says ${JSON.stringify(said.slice(0, 300))}, expected ${error}`]),
    ...(error === 'LAUNCHER_BARE' || /\((?:spec|workenv) §/.test(found?.[0] ?? '') ? [] : ['names no section']),
    ...(/^\s+at |panicked|RUST_BACKTRACE/m.test(said) ? ['shows a stack'] : []),
    ...(status > 100 && status <= 110 ? [] : [`ends with ${status}`]),
    ...(kilobytes <= MOST_KILOBYTES ? [] : [`takes ${kilobytes} KiB`]),
    ...(seconds <= MOST_SECONDS ? [] : [`takes ${seconds} s`]),
  ]
  return faults.map(fault => `${file.name}: ${fault}`)
}
