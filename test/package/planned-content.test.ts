import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { archiveMode, describeFile, describeTree, tarMembers } from '../../src/package/planned-content.ts'
import type { TreeEntry } from '../../src/package/tree-entry.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const bytes = (path: string, text: string, mode = 0o600): TreeEntry => ({
  ...{ type: 'file', path, mode, size: text.length },
  content: { bytes: Buffer.from(text) },
})

test('§11 directories and links come first, then files by directory and name, hard links last', async () => {
  const hard: TreeEntry = { type: 'hardlink', path: 'a', target: 'z' }
  const directory: TreeEntry = { type: 'directory', path: 'zz', mode: 0o755 }
  const link: TreeEntry = { type: 'symlink', path: 'link', target: 'z' }
  const files = [bytes('zz/b', '4'), bytes('z', '1'), bytes('Z', '2'), bytes('b', '5'), bytes('é', '3')]
  const tree = await describeTree('slot 0', [...files, hard, directory, link])
  expect(tree.entries.map(entry => entry.path)).toEqual(['link', 'zz', 'Z', 'b', 'z', 'é', 'zz/b', 'a'])
  expect([...tarMembers(tree)].at(-1)?.type).toBe('hardlink')
})

test('§11 copies of a library stand together, bytecode beside its source, machine code apart', async () => {
  const paths = [
    'x/rich/a.py',
    'pip/_vendor/rich/a.py',
    'x/rich/__pycache__/a.cpython-311.pyc',
    'x/other/a.py',
    'x/rich/b.py',
  ]
  const binaries = ['x/a/fast.so', 'lib/liba.so.1.2', 'x/stub.exe']
  const tree = await describeTree(
    'slot 0',
    [...binaries, ...paths].map(path => bytes(path, path)),
  )
  expect(tree.entries.map(entry => entry.path)).toEqual([
    'x/other/a.py',
    'pip/_vendor/rich/a.py',
    'x/rich/__pycache__/a.cpython-311.pyc',
    'x/rich/a.py',
    'x/rich/b.py',
    'x/a/fast.so',
    'lib/liba.so.1.2',
    'x/stub.exe',
  ])
})

test('§11 modes are normalised to what can be run and what cannot', async () => {
  expect([0o600, 0o644, 0o666].map(archiveMode)).toEqual([0o644, 0o644, 0o644])
  expect([0o700, 0o711, 0o777].map(archiveMode)).toEqual([0o755, 0o755, 0o755])
  await expect(describeTree('slot 0', [bytes('s', '', 0o4755)])).rejects.toMatchObject({ code: 'ENTRY_MODE' })
})

test('a file that changes while it is packed is noticed, whether longer or only other', async () => {
  const directory = scratch()
  const path = join(directory, 'f')
  writeFileSync(path, 'before')
  const entry: TreeEntry = { type: 'file', path: 'f', mode: 0o644, size: 6, content: { path } }
  const tree = await describeTree('slot 0', [entry])
  const single = describeFile('slot 1', fileSlot('f', path, 'f'), path, 0o644)
  const read = async () => {
    for (const member of tarMembers(tree)) for await (const _ of member.body);
  }
  await expect(read()).resolves.toBeUndefined()
  writeFileSync(path, 'after!')
  await expect(read()).rejects.toMatchObject({ code: 'PLAN_INVALID' })
  expect(() => [...single.read()]).toThrowError(expect.objectContaining({ code: 'PLAN_INVALID' }))
  appendFileSync(path, 'more')
  await expect(read()).rejects.toMatchObject({ code: 'PLAN_INVALID' })
  await expect(describeTree('slot 0', [entry])).rejects.toMatchObject({ code: 'PLAN_INVALID' })
})
