import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { platformOf } from '../../src/format/platform.ts'
import { installationRoot } from '../../src/tools/installation.ts'
import { installedNode, pinnedNode, pinnedNodes } from '../../src/tools/node.ts'

test('the hashes are those of the lock file, for every package that package.json names', () => {
  const lock = JSON.parse(readFileSync(join(installationRoot(), 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; integrity?: string; optionalDependencies?: Record<string, string> }>
  }
  expect(
    pinnedNodes()
      .map(node => node.package)
      .toSorted(),
  ).toEqual(Object.keys(lock.packages['']?.optionalDependencies ?? {}).toSorted())
  for (const { package: name, version, integrity } of pinnedNodes()) {
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version, integrity })
  }
})

test('the pinned Node of this platform is installed, and is the version that it says', () => {
  const platform = platformOf(process.platform, process.arch)
  const node = platform === undefined ? undefined : pinnedNode(platform)
  if (node === undefined) throw new Error('there is a Node for every platform that tests run on')
  const program = installedNode(node)
  expect(program).toBeDefined()
  expect(execFileSync(program ?? '', ['--version'], { encoding: 'utf8' })).toBe(`v${node.version}\n`)
})

test('npm leaves the Node of other platforms out', () => {
  const other = pinnedNodes().filter(node => node.platform.os !== platformOf(process.platform, process.arch)?.os)
  expect(other.map(installedNode).filter(program => program !== undefined)).toEqual([])
})
