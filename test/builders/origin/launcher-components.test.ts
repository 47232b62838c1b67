import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { NATIVE_LAUNCHER } from '../../../src/builders/launcher/native/native-recipe.ts'
import { NODE_LAUNCHER } from '../../../src/builders/launcher/node-recipe.ts'
import {
  BUNDLED_LIBRARIES,
  CRATES,
  launcherComponent,
  readCrates,
} from '../../../src/builders/origin/launcher-components.ts'
import { installationRoot } from '../../../src/tools/installation.ts'
import { scratch } from '../../support/scratch.ts'

const launcher = (tool: string, toolVersion: string) => ({ tool, toolVersion, size: 1, checksum: '12'.repeat(32) })
const LINUX = { os: 'linux', arch: 'amd64' } as const

test('the native launcher is made of its crates, those of its platform alone', () => {
  const component = launcherComponent(launcher(NATIVE_LAUNCHER, '0.1.0+rust.1.95.0.musl'), LINUX)
  expect(component).toMatchObject({ licence: 'Apache-2.0', sha256: '12'.repeat(32), version: '0.1.0+rust.1.95.0.musl' })
  const names = component.parts?.map(({ name }) => name) ?? []
  expect(names).toEqual(expect.arrayContaining(['ed25519-dalek', 'zstd-sys', 'rustix', 'rust-std']))
  expect(names).not.toContain('windows-sys')
  expect(names).not.toContain('proptest')
  expect(component.parts?.find(({ name }) => name === 'rust-std')?.version).toBe('1.95.0')
  const refs = new Set(component.parts?.map(({ ref }) => ref))
  for (const { dependsOn = [] } of [component, ...(component.parts ?? [])]) {
    for (const ref of dependsOn) expect(refs).toContain(ref)
  }
  const windows = launcherComponent(launcher(NATIVE_LAUNCHER, '0.1.0'), { os: 'windows', arch: 'amd64' })
  expect(windows.parts?.map(({ name }) => name)).toEqual(expect.arrayContaining(['windows-sys']))
})

test('the Node launcher is made of Node and of what its bundle brings', () => {
  const { parts } = launcherComponent(launcher(NODE_LAUNCHER, '0.1.0+node.26.10.0'), LINUX)
  expect(parts?.map(({ name, version }) => [name, version])).toEqual([
    ['node', '26.10.0'],
    ['fflate', expect.any(String)],
    ['valibot', expect.any(String)],
  ])
  const lock = JSON.parse(readFileSync(join(installationRoot(), 'package-lock.json'), 'utf8'))
  for (const { name, version, licence } of parts?.slice(1) ?? []) {
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version, license: licence })
  }
  expect(Object.keys(BUNDLED_LIBRARIES)).toHaveLength(2)
})

test('of a launcher that somebody named by its path only the hash is known', () => {
  for (const name of ['mine', NATIVE_LAUNCHER]) {
    const { parts, licence, sha256 } = launcherComponent(launcher(name, 'unknown'), LINUX)
    expect([parts, licence, sha256]).toEqual([undefined, undefined, '12'.repeat(32)])
  }
})

test('a list of crates that is damaged is refused by name', () => {
  const root = scratch()
  expect(() => readCrates(root)).toThrow(expect.objectContaining({ code: 'LAUNCHER_CRATES' }))
  mkdirSync(dirname(join(root, CRATES)), { recursive: true })
  writeFileSync(join(root, CRATES), '[{"name":"x"}]')
  expect(() => readCrates(root)).toThrow(expect.objectContaining({ code: 'LAUNCHER_CRATES' }))
})
