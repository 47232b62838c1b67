import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { expect, test } from 'vitest'
import { directoryTree } from '../../src/builders/directory-tree.ts'
import { scratch } from '../support/scratch.ts'

test('entries are sorted by bytes, with modes that say only what can be run', () => {
  const root = scratch()
  mkdirSync(join(root, 'b/c'), { recursive: true })
  writeFileSync(join(root, 'b/c/run'), 'x')
  chmodSync(join(root, 'b/c/run'), 0o4711)
  writeFileSync(join(root, 'b.txt'), 'text')
  chmodSync(join(root, 'b.txt'), 0o600)
  symlinkSync('b/c', join(root, 'a'))
  expect(directoryTree(root)).toEqual([
    { type: 'symlink', path: 'a', target: 'b/c' },
    { type: 'directory', path: 'b', mode: 0o755 },
    { type: 'file', path: 'b.txt', mode: 0o644, size: 4, content: { path: join(root, 'b.txt') } },
    { type: 'directory', path: 'b/c', mode: 0o755 },
    { type: 'file', path: 'b/c/run', mode: 0o755, size: 1, content: { path: join(root, 'b/c/run') } },
  ])
})

test('a pipe is no file that can be packed', () => {
  const root = scratch()
  execaSync('mkfifo', [join(root, 'pipe')])
  expect(() => directoryTree(root)).toThrowError(expect.objectContaining({ code: 'MANIFEST_SOURCE' }))
})
