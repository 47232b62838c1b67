import { expect, test } from 'vitest'
import { currentSources, isCurrent } from '../../../src/builders/launcher/current-launcher.ts'
import { NATIVE_LAUNCHER } from '../../../src/builders/launcher/native/native-recipe.ts'
import { NODE_LAUNCHER } from '../../../src/builders/launcher/node-recipe.ts'
import type { Platform } from '../../../src/format/platform.ts'

const PLATFORM: Platform = { os: 'linux', arch: 'amd64' }
const platform = 'linux_amd64'

test('what this installation would build is current, in both variants of the native one', () => {
  expect(currentSources(NATIVE_LAUNCHER, PLATFORM)).toHaveLength(2)
  expect(currentSources(NODE_LAUNCHER, PLATFORM)).toHaveLength(1)
  for (const tool of [NATIVE_LAUNCHER, NODE_LAUNCHER]) {
    for (const sources of currentSources(tool, PLATFORM)) expect(isCurrent({ tool, platform, sources })).toBe(true)
    expect(isCurrent({ tool, platform, sources: 'other' })).toBe(false)
  }
})

test('tools and platforms that nobody knows are not', () => {
  expect(currentSources('gadget', PLATFORM)).toEqual([])
  const beos = { os: 'beos', arch: 'ppc' } as unknown as Platform
  for (const tool of [NATIVE_LAUNCHER, NODE_LAUNCHER]) expect(currentSources(tool, beos)).toEqual([])
  expect(isCurrent({ tool: NODE_LAUNCHER, platform: 'beos_ppc', sources: '' })).toBe(false)
})
