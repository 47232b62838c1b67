import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installationRoot, pinnedNodePackages } from '../../src/tools/installation.ts'

test('the root is the directory of our package.json', () => {
  const manifest = JSON.parse(readFileSync(join(installationRoot(), 'package.json'), 'utf8'))
  expect(manifest.name).toBe('flavor')
  expect(existsSync(join(installationRoot(), 'src/tools/installation.ts'))).toBe(true)
})

test('the pinned Node is one exact version on every platform, and what the tests run on', () => {
  expect(new Set(Object.values(pinnedNodePackages()))).toEqual(new Set([process.versions.node]))
})
