import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ensureLauncher } from '../../src/builders/launcher/launcher-store.ts'
import { nodeRecipe } from '../../src/builders/launcher/node-recipe.ts'
import { testLauncher } from '../../src/builders/launcher/test-launcher.ts'
import { nodeLauncher, packWithNodeLauncher } from '../support/node-launched.ts'
import { scratch } from '../support/scratch.ts'

const run = (path: string, args: readonly string[], env: Record<string, string> = {}, more = {}) =>
  spawnSync(path, args, { env, encoding: 'utf8', ...more })

describe('the launcher alone', () => {
  test('two builds in two caches, time zones and languages have the same bytes', async () => {
    const { sha256 } = await nodeLauncher()
    const environment = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'C', TMPDIR: scratch() }
    const platform = { os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' } as const
    const other = await ensureLauncher(nodeRecipe(platform), { cacheDirectory: scratch(), environment })
    expect(other.sha256).toBe(sha256)
  })

  test('says who it is, and nothing else', async () => {
    const launcher = await nodeLauncher()
    expect((await testLauncher(launcher)).runs).toMatch(/^flavor-node-launcher \d/)
    expect(run(launcher.path, ['--help']).stdout).toContain('FLAVOR_LAUNCHER_CLI')
    expect(run(launcher.path, ['x'])).toMatchObject({ status: 102, stderr: expect.stringContaining('LAUNCHER_BARE') })
  })

  test('is found again in a few milliseconds', async () => {
    const launcher = await nodeLauncher()
    let steps = 0
    const platform = { os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' } as const
    const cacheDirectory = join(launcher.path, '../../../..')
    const again = await ensureLauncher(nodeRecipe(platform), { cacheDirectory, onStep: () => steps++ })
    expect({ again, steps }).toEqual({ again: launcher, steps: 0 })
  })
})

describe('a packed file', () => {
  test('(e) dies by SIGUSR1 before its program runs too, and opens no debugger', async () => {
    const { path, environment } = await packWithNodeLauncher(scratch(), {
      programs: { make: 'kill -USR1 $PPID; read line <&2' },
      changes: { setupCommands: ['make'] },
    })
    expect(run(path, [], environment)).toMatchObject({ signal: 'SIGUSR1', stdout: '', stderr: '' })
  })

  test('§8.5 a damaged byte of the launcher itself is told by verify', async () => {
    const directory = scratch()
    const { path, environment } = await packWithNodeLauncher(directory)
    const bytes = readFileSync(path)
    // In the symbol table, which nothing reads at run time.
    const at = bytes.indexOf('OSSL_PROVIDER_unload\0')
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    const copy = join(directory, 'copy')
    writeFileSync(copy, bytes, { mode: 0o755 })
    expect(run(copy, ['verify'], { ...environment, FLAVOR_LAUNCHER_CLI: '1' })).toMatchObject({
      status: 107,
      stderr: expect.stringContaining('LAUNCHER_CHECKSUM'),
    })
  })
})
