import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installationRoot, readInstallation } from '../../src/tools/installation.ts'

test('the root is the directory of our package.json', () => {
  const manifest = JSON.parse(readFileSync(join(installationRoot(), 'package.json'), 'utf8'))
  expect(manifest.name).toBe('flavor')
  expect(existsSync(join(installationRoot(), 'src/tools/installation.ts'))).toBe(true)
})

test('there is one source of the version, and every pinned Node is the same version', () => {
  const { version, nodePackages } = readInstallation()
  expect(version).toMatch(/^\d+\.\d+\.\d+/)
  expect(new Set(Object.values(nodePackages)).size).toBe(1)
})
