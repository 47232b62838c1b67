import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { buildLauncher } from '../../../src/builders/launcher/build-launcher.ts'
import {
  cleanLaunchers,
  ensureLauncher,
  isCurrent,
  listLaunchers,
  NODE_LAUNCHER,
} from '../../../src/builders/launcher/launcher-store.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import type { Platform } from '../../../src/format/platform.ts'
import { refusal } from '../../format/refusals.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

vi.mock('../../../src/builders/launcher/build-launcher.ts')

const PLATFORM: Platform = { os: 'linux', arch: 'amd64' }
const bundleOf = (text: string) => ({ hash: sha256Hex(Buffer.from(text)), read: async () => Buffer.from(text) })
const ensure = (cacheDirectory: string, text = 'bundle', more = {}) =>
  ensureLauncher({ kind: 'node', platform: PLATFORM, cacheDirectory, bundle: bundleOf(text), ...more })

let builds: number

beforeEach(() => {
  builds = 0
  vi.mocked(buildLauncher).mockImplementation(async (bundle, _platform, output) => {
    builds++
    writeFileSync(output, bundle, { mode: 0o755 })
  })
})

describe('the store of launchers', () => {
  test('builds once, and finds it by what it was built from', async () => {
    const cache = scratch()
    const launcher = await ensure(cache)
    expect(launcher).toMatchObject({
      platform: 'linux_amd64',
      tool: NODE_LAUNCHER,
      toolVersion: expect.stringMatching(/^\d+\.\d+\.\d+\+node\.\d+\.\d+\.\d+$/),
      sha256: sha256Hex(Buffer.from('bundle')),
      size: 6,
    })
    expect(launcher.path.startsWith(join(cache, 'launchers/linux_amd64'))).toBe(true)
    expect(await ensure(cache)).toEqual(launcher)
    expect(builds).toBe(1)
    expect(isCurrent(launcher, PLATFORM, bundleOf('bundle'))).toBe(true)
    expect(isCurrent(launcher, PLATFORM, bundleOf('other'))).toBe(false)
  })

  test('builds again for other sources, another platform, where it is asked to, and what is damaged', async () => {
    const cache = scratch()
    const { path } = await ensure(cache)
    await ensure(cache, 'other')
    await ensure(cache, 'bundle', { platform: { os: 'linux', arch: 'arm64' } })
    await ensure(cache, 'bundle', { isForced: true })
    expect(builds).toBe(4)
    writeFileSync(path, 'cut')
    expect((await ensure(cache)).size).toBe(6)
    writeFileSync(join(dirname(path), 'launcher.json'), '{"size": 6}')
    expect((await ensure(cache)).size).toBe(6)
    expect(builds).toBe(6)
  })

  test('leaves nothing behind where a build fails, and keeps what was there', async () => {
    const cache = scratch()
    const launcher = await ensure(cache)
    vi.mocked(buildLauncher).mockRejectedValue(new Error('no'))
    await expect(ensure(cache, 'bundle', { isForced: true })).rejects.toThrow('no')
    expect(readdirSync(join(cache, 'launchers/linux_amd64'))).toEqual([launcher.hash])
    expect(await ensure(cache)).toEqual(launcher)
  })

  test('two that build the same at once both have it', async () => {
    const cache = scratch()
    const [a, b] = await Promise.all([ensure(cache), ensure(cache)])
    expect(a).toEqual(b)
    expect(existsSync(a.path)).toBe(true)
    expect(readdirSync(join(cache, 'launchers/linux_amd64'))).toEqual([a.hash])
  })

  test('keeps the current launcher and the two that were used last', async () => {
    const cache = scratch()
    for (const [at, text] of ['1', '2', '3', '4'].entries()) {
      const { path } = await ensure(cache, text)
      utimesSync(join(dirname(path), 'launcher.json'), at, at)
    }
    await ensure(cache, '1')
    await ensure(cache, '5')
    const kept = listLaunchers(cache).map(({ sha256 }) => sha256)
    expect(kept.toSorted()).toEqual(['1', '4', '5'].map(text => sha256Hex(Buffer.from(text))).toSorted())
  })

  test('says that it cannot be written', async () => {
    const cache = join(scratch(), 'file')
    writeFileSync(cache, '')
    await expect(ensure(cache)).rejects.toThrowError(refusal('LAUNCHER_STORE'))
  })
})

describe('listing and cleaning', () => {
  test('an empty cache has none', () => {
    expect(listLaunchers(join(scratch(), 'none'))).toEqual([])
  })

  test('passes over what is no launcher', () => {
    const cache = scratch()
    storeLauncher(cache)
    mkdirSync(join(cache, 'launchers/linux_amd64/broken'))
    writeFileSync(join(cache, 'launchers/readme'), '')
    expect(listLaunchers(cache)).toHaveLength(1)
  })

  test('cleaning removes all, and says which; a rehearsal removes none', () => {
    const cache = scratch()
    storeLauncher(cache)
    storeLauncher(cache, { platform: 'linux_arm64' })
    expect(cleanLaunchers(cache, { dryRun: true })).toHaveLength(2)
    expect(cleanLaunchers(cache)).toHaveLength(2)
    expect(existsSync(join(cache, 'launchers'))).toBe(false)
  })
})
