import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { buildLauncher } from '../../../src/builders/launcher/build-launcher.ts'
import { NODE_LAUNCHER, nodeRecipe } from '../../../src/builders/launcher/node-recipe.ts'
import { scratch } from '../../support/scratch.ts'

vi.mock('../../../src/builders/launcher/build-launcher.ts')

const bundle = (hash: string) => ({ hash, read: async () => Buffer.from('program') })

test('is known by the bundle, the platform and the Node inside, without building anything', () => {
  const recipe = nodeRecipe({ os: 'linux', arch: 'amd64' }, bundle('a'))
  expect(recipe).toMatchObject({ tool: NODE_LAUNCHER, toolVersion: expect.stringMatching(/^[\d.]+\+node\.[\d.]+$/) })
  expect(recipe.sources).toBe(recipe.hash)
  expect(nodeRecipe({ os: 'linux', arch: 'amd64' }, bundle('a')).hash).toBe(recipe.hash)
  expect(nodeRecipe({ os: 'linux', arch: 'arm64' }, bundle('a')).hash).not.toBe(recipe.hash)
  expect(nodeRecipe({ os: 'linux', arch: 'amd64' }, bundle('b')).hash).not.toBe(recipe.hash)
  expect(buildLauncher).not.toHaveBeenCalled()
})

test('building puts the bundle into Node', async () => {
  const output = join(scratch(), 'launcher')
  vi.mocked(buildLauncher).mockImplementation(async (program, _platform, path) => writeFileSync(path, program))
  const context = { cacheDirectory: '/nonexistent', environment: {} }
  await nodeRecipe({ os: 'linux', arch: 'amd64' }, bundle('a')).build(output, context)
  expect(readFileSync(output, 'utf8')).toBe('program')
})
