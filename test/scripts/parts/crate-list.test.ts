import { expect, test } from 'vitest'
import { crateList, formatCrates } from '../../../scripts/parts/crate-list.ts'

const crate = (name: string, kind = 'lib') => {
  const source = ['root', 'part'].includes(name) ? null : 'registry'
  return { id: name, name, version: '1.0', license: 'MIT/Apache-2.0', source, targets: [{ kind: [kind] }] }
}
const node = (id: string, deps: readonly [string, string | null][]) => {
  return { id, deps: deps.map(([pkg, kind]) => ({ pkg, dep_kinds: [{ kind }] })) }
}
const LOCK = ['a', 'b', 'c']
  .map(name => `[[package]]\nname = "${name}"\nversion = "1.0"\nsource = "registry"\nchecksum = "${'12'.repeat(32)}"\n`)
  .join('\n')

test('the crates that run are listed, not those that compile or test them, nor a part of the launcher', () => {
  const packages = [
    crate('root'),
    crate('part'),
    crate('a'),
    crate('b'),
    crate('c'),
    crate('macro', 'proc-macro'),
    crate('cc'),
  ]
  const part = node('part', [['a', null]])
  const shared = [
    part,
    node('a', [['b', null]]),
    node('b', []),
    node('c', []),
    node('macro', [['cc', null]]),
    node('cc', []),
  ]
  const one = node('root', [
    ['part', null],
    ['macro', null],
    ['cc', 'build'],
    ['cc', 'dev'],
  ])
  const other = node('root', [
    ['a', null],
    ['c', null],
  ])
  const metadata = new Map([
    ['linux', { packages, resolve: { root: 'root', nodes: [one, ...shared] } }],
    ['windows', { packages, resolve: { root: 'root', nodes: [other, ...shared] } }],
  ])
  const facts = { version: '1.0', sha256: '12'.repeat(32), licence: 'MIT OR Apache-2.0' }
  const crates = crateList(metadata, LOCK)
  expect(crates).toEqual([
    { name: 'a', ...facts, needs: ['b@1.0'], direct: true },
    { name: 'b', ...facts, needs: [] },
    { name: 'c', ...facts, needs: [], direct: true, platforms: ['windows'] },
  ])
  expect(JSON.parse(formatCrates(crates))).toEqual(crates)
})
