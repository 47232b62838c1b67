import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { buildLauncher } from '../../../src/builders/launcher/build-launcher.ts'
import type { Platform } from '../../../src/format/platform.ts'
import * as node from '../../../src/tools/node.ts'
import { refusal } from '../../format/refusals.ts'
import { scratch } from '../../support/scratch.ts'

const BUNDLE = Buffer.from('process.exitCode = 0')
const HERE: Platform = {
  os: process.platform === 'darwin' ? 'darwin' : process.platform === 'win32' ? 'windows' : 'linux',
  arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
}

const build = (platform: Platform, output: string) =>
  buildLauncher(BUNDLE, platform, output, { environment: {}, cacheDirectory: scratch() })

// That it builds, and gives the same bytes twice, is in test/e2e/node-launcher.test.ts: it takes 5 seconds each time.
describe('a launcher that cannot be built', () => {
  test('for a platform that has no pinned Node', async () => {
    await expect(build({ os: 'windows', arch: 'arm64' }, 'x')).rejects.toThrowError(refusal('LAUNCHER_PLATFORM'))
  })

  test.skipIf(process.platform === 'darwin')('for macOS elsewhere, where nothing can be signed', async () => {
    await expect(build({ os: 'darwin', arch: 'arm64' }, 'x')).rejects.toThrowError(refusal('LAUNCHER_PLATFORM'))
  })

  test('where its place does not exist', async () => {
    await expect(build(HERE, join(scratch(), 'none/launcher'))).rejects.toThrowError(refusal('LAUNCHER_BUILD'))
  })

  test('where the pinned Node is not installed', async () => {
    const spy = vi.spyOn(node, 'installedNode').mockReturnValue(undefined)
    await expect(build(HERE, 'x')).rejects.toThrowError(refusal('LAUNCHER_NODE'))
    spy.mockRestore()
  })
})
