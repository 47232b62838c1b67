import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { extractTo } from '../../src/launch/extract-to.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

test('§8.4 unpacks a tree into a directory of its own, and a file under its name', async () => {
  const directory = scratch()
  const pkg = openPackage((await writeShellPackage(directory)).path)
  const out = join(directory, 'new/out')
  const [tree, file] = pkg.slots
  if (tree === undefined || file === undefined) throw new Error('the package has two slots')
  expect((await extractTo(pkg, tree, out)).path).toBe(join(out, '0_app'))
  expect((await extractTo(pkg, file, out)).path).toBe(join(out, 'readme.txt'))
  expect(readdirSync(out).toSorted()).toEqual(['0_app', 'readme.txt'])
  expect(readFileSync(join(out, '0_app/bin/run'), 'utf8')).toContain('#!/bin/sh')
  pkg.close()
})

test('§8.4 never over something that is there, and leaves nothing behind', async () => {
  const directory = scratch()
  const pkg = openPackage((await writeShellPackage(directory)).path)
  const out = join(directory, 'out')
  mkdirSync(join(out, '0_app'), { recursive: true })
  const [tree] = pkg.slots
  if (tree === undefined) throw new Error('the package has two slots')
  await expect(extractTo(pkg, tree, out)).rejects.toThrowError(refusal('LAUNCHER_CLI_USAGE'))
  expect(readdirSync(out)).toEqual(['0_app'])
  pkg.close()
})

test('§8.4 a slot that fails leaves none of the directories that were made for it', async () => {
  const directory = scratch()
  const { path } = await writeShellPackage(directory)
  const pkg = openPackage(path)
  const [tree] = pkg.slots
  if (tree === undefined) throw new Error('the package has two slots')
  const bytes = readFileSync(path)
  const at = Number(tree.descriptor.offset)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
  mkdirSync(join(directory, 'there'))
  await expect(extractTo(pkg, tree, join(directory, 'there/new/out'))).rejects.toThrowError(refusal('SLOT_DATA'))
  expect(readdirSync(join(directory, 'there'))).toEqual([])
  pkg.close()
})
