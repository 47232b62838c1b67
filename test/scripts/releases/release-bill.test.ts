import { expect, test } from 'vitest'
import { npmComponents, releaseBill } from '../../../scripts/releases/release-bill.ts'
import { NATIVE_LAUNCHER } from '../../../src/builders/launcher/native/native-recipe.ts'
import { parseBill } from '../../../src/package/origin/bill-of-materials.ts'
import { installationRoot } from '../../../src/tools/installation.ts'

const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`

test('the packages that users install are told, with what each needs where npm would find it', () => {
  const { components, dependsOn } = npmComponents({
    packages: {
      '': { version: '1', dependencies: { a: '1', '@x/b': '2' } },
      'node_modules/a': { version: '1.0', integrity, license: 'MIT', dependencies: { c: '1', none: '1' } },
      'node_modules/@x/b': { version: '2.0', dependencies: { c: '2' } },
      'node_modules/@x/b/node_modules/c': { version: '2.5' },
      'node_modules/c': { version: '1.5', optionalDependencies: { a: '1' } },
      'node_modules/test': { version: '9', dev: true },
      'node_modules/peer': { version: '9', devOptional: true },
    },
  })
  expect(dependsOn).toEqual(['npm:a@1.0', 'npm:@x/b@2.0'])
  expect(components.map(({ ref, dependsOn }) => [ref, dependsOn])).toEqual([
    ['npm:a@1.0', ['npm:c@1.5']],
    ['npm:@x/b@2.0', ['npm:c@2.5']],
    ['npm:c@2.5', []],
    ['npm:c@1.5', ['npm:a@1.0']],
  ])
  expect(components[0]).toMatchObject({ sha512: '01'.repeat(64), licence: 'MIT', purl: 'pkg:npm/a@1.0' })
})

test('launchers of several platforms share their crates', async () => {
  const launcher = (platform: string) => {
    return {
      path: '/x',
      platform,
      tool: NATIVE_LAUNCHER,
      toolVersion: '1',
      sha256: '12'.repeat(32),
      size: 1,
      sources: '',
      hash: '',
    }
  }
  const bytes = await releaseBill(installationRoot(), ['linux_amd64', 'windows_amd64'].map(launcher))
  const { components } = parseBill(bytes, 'x')
  const refs = components.map(({ ref }) => ref)
  expect(refs.length).toBe(new Set(refs).size)
  const names = components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['esbuild', 'windows-sys', 'rustix']))
  expect(names).not.toContain('vitest')
  const windows = components.find(({ ref }) => ref === 'launcher:windows_amd64')
  expect(windows?.dependsOn.some(ref => ref.startsWith('cargo:windows-sys@'))).toBe(true)
})
