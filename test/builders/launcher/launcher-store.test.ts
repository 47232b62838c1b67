import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LauncherRecipe } from '../../../src/builders/launcher/launcher-recipe.ts'
import {
  cleanLaunchers,
  ensureLauncher,
  findLauncher,
  listLaunchers,
  type StoreRequest,
} from '../../../src/builders/launcher/launcher-store.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import type { Platform } from '../../../src/format/platform.ts'
import { refusal } from '../../format/refusals.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

const PLATFORM: Platform = { os: 'linux', arch: 'amd64' }

let builds: number

beforeEach(() => {
  builds = 0
})

/** Makes a launcher whose bytes are its sources. */
function recipe(text: string, more: Partial<LauncherRecipe> = {}): LauncherRecipe {
  const hash = sha256Hex(Buffer.from(text)).slice(0, 32)
  return {
    tool: 'gadget',
    toolVersion: '1.2.3',
    platform: PLATFORM,
    sources: hash,
    hash,
    async build(output) {
      builds++
      writeFileSync(output, text, { mode: 0o755 })
    },
    ...more,
  }
}

const ensure = (
  cacheDirectory: string,
  text = 'bundle',
  more: Partial<LauncherRecipe> = {},
  request: Partial<StoreRequest> = {},
) => ensureLauncher(recipe(text, more), { cacheDirectory, ...request })

describe('the store of launchers', () => {
  test('builds once, and finds it by what it was built from', async () => {
    const cache = scratch()
    const launcher = await ensure(cache)
    expect(launcher).toMatchObject({
      platform: 'linux_amd64',
      tool: 'gadget',
      toolVersion: '1.2.3',
      sha256: sha256Hex(Buffer.from('bundle')),
      size: 6,
    })
    expect(launcher.path.startsWith(join(cache, 'launchers/linux_amd64'))).toBe(true)
    expect(await ensure(cache)).toEqual(launcher)
    expect(builds).toBe(1)
  })

  test('builds again for other sources, another platform, where it is asked to, and what is damaged', async () => {
    const cache = scratch()
    const { path } = await ensure(cache)
    await ensure(cache, 'other')
    await ensure(cache, 'bundle', { platform: { os: 'linux', arch: 'arm64' } })
    await ensure(cache, 'bundle', {}, { isForced: true })
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
    const build = () => Promise.reject(new Error('no'))
    await expect(ensure(cache, 'bundle', { build }, { isForced: true })).rejects.toThrow('no')
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

  test('what is kept of one kind does not push out another, which may be needed with it', async () => {
    const cache = scratch()
    for (const text of ['1', '2', '3', '4']) await ensure(cache, text)
    await ensure(cache, 'other', { tool: 'widget' })
    await ensure(cache, '5')
    expect(listLaunchers(cache).map(({ tool }) => tool)).toContain('widget')
  })

  test('finds one by its sources whatever made it, and the preferred sources first', async () => {
    const cache = scratch()
    await ensure(cache, 'quick', { sources: 'q', hash: 'one' })
    const shipped = await ensure(cache, 'shipped', { sources: 's', hash: 'other' })
    expect(findLauncher(cache, PLATFORM, ['s', 'q'])).toEqual(shipped)
    expect(findLauncher(cache, PLATFORM, ['none', 'q'])?.sources).toBe('q')
    expect(findLauncher(cache, PLATFORM, ['none'])).toBeUndefined()
    expect(findLauncher(cache, { os: 'linux', arch: 'arm64' }, ['s', 'q'])).toBeUndefined()
  })

  test('one for Windows has the suffix without which Windows starts nothing', async () => {
    const cache = scratch()
    const launcher = await ensure(cache, 'bundle', { platform: { os: 'windows', arch: 'amd64' } })
    expect(launcher.path.endsWith('/gadget.exe')).toBe(true)
    expect(listLaunchers(cache)).toEqual([launcher])
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
