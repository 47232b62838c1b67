import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planPython } from '../../../src/builders/python/python-plan.ts'
import type { TreeEntry } from '../../../src/package/tree-entry.ts'
import { scratch } from '../../support/scratch.ts'
import { MANIFEST, pythonProject, standInInterpreter, writeFiles } from './stand-ins.ts'

const PLATFORM = { os: 'linux', arch: 'amd64' } as const
const file = (path: string): TreeEntry => ({
  type: 'file',
  path,
  mode: 0o644,
  size: 0,
  content: { bytes: new Uint8Array() },
})
const script = (path: string, template: string) => ({ path, template, mode: '0755' })

function installed(glibc?: string) {
  const measure = { entries: 0, bytes: 0 }
  const entries: TreeEntry[] = [
    { type: 'directory', path: 'lib', mode: 0o755 },
    file('lib/shared.py'),
    file('bin/native'),
  ]
  const packages = {
    derived: [script('bin/app', 'theirs'), script('bin/lib', 'lib')],
    distributions: [],
    roots: 'x',
    isBound: false,
    hasZones: false,
  }
  const own = {
    version: '1.0',
    packages: 'key',
    derived: [script('bin/app', 'ours'), script('bin/native', 'ours')],
    distributions: [],
    libraries: [],
  }
  return {
    packages: { record: { ...packages, ...measure, ...(glibc === undefined ? {} : { glibc }) }, root: '/p', entries },
    own: { record: { ...own, ...measure }, root: '/o', entries: [file('lib/shared.py'), file('lib/own.py')] },
  }
}

function plan(manifest = MANIFEST, files: Record<string, string> = {}, glibc?: string) {
  const root = scratch()
  writeFiles(root, { 'bin/python3.11': '' })
  const interpreter = standInInterpreter({ root, version: '3.11.7', libcVersion: '2.17' })
  return planPython(pythonProject({ 'pyproject.toml': manifest, ...files }), interpreter, installed(glibc), PLATFORM)
}

test('§6.4 the interpreter is shared, what is installed lies around it', () => {
  expect(plan().slots).toMatchObject([
    { id: 'python', target: 'python', share: true, source: 'vendored CPython 3.11.7' },
    { id: 'packages', target: '{workenv}', source: 'flavor.lock' },
    { id: 'app', target: '{workenv}', source: 'pyproject.toml' },
  ])
})

test("§6.1 where a file of the user's own has the path of another, theirs is meant and the other is left out", () => {
  const { slots, derived } = plan()
  const paths = slots.map(({ content }) => (content.kind === 'tree' ? content.entries.map(({ path }) => path) : []))
  expect(paths.slice(1)).toEqual([['lib'], ['lib/shared.py', 'lib/own.py']])
  expect(derived?.map(({ path, template }) => `${path} ${template}`)).toEqual([
    'bin/app ours',
    'bin/lib lib',
    'bin/native ours',
  ])
})

test('§8.1, §8.2 every command of the manifest is reachable, and Python sees its own path', () => {
  const { execution } = plan(`${MANIFEST}other = "app.cli:other"\n`)
  const argv = ['{workenv}/bin/python3', '-X', 'flavor', '{workenv}/bin/app']
  expect(execution).toMatchObject({ argv, argv0: 'program', command: argv.join(' '), primary_slot: 2 })
  expect(Object.keys(execution.commands ?? {})).toEqual(['app', 'other'])
  expect(execution.commands?.other).toMatchObject({
    argv0: 'program',
    argv: [...argv.slice(0, 3), '{workenv}/bin/other'],
  })
})

test('the platform names the oldest C library with which everything loads', () => {
  expect(plan().platforms).toEqual([{ ...PLATFORM, libc: 'glibc', libc_version: '2.17' }])
  expect(plan(MANIFEST, {}, '2.9').platforms).toMatchObject([{ libc_version: '2.17' }])
  expect(plan(MANIFEST, {}, '2.34').platforms).toMatchObject([{ libc_version: '2.34' }])
  expect(plan(MANIFEST, {}, '2.17.1').platforms).toMatchObject([{ libc_version: '2.17' }])
})

test("the manifest's own slots follow, from beside the manifest", () => {
  const slots = '[[tool.flavor.slots]]\nid = "conf"\nsource = "conf/"\nlifecycle = "persistent"\n'
  const planned = plan(MANIFEST + slots, { 'conf/a.ini': 'x' }).slots[3]
  expect(planned).toMatchObject({ id: 'conf', target: 'conf', lifecycle: 'persistent', content: { kind: 'tree' } })
  expect(planned?.content.kind === 'tree' && planned.content.entries.map(({ path }) => path)).toEqual(['a.ini'])
  expect(join('conf', 'a.ini')).toBe('conf/a.ini')
})
