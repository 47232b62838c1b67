import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import { unpackPackage, unpackSlot } from '../../src/package/unpack.ts'
import { pipe } from '../support/pipe.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

async function sample(): Promise<{ pkg: PackageFile; directory: string }> {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')))
  return { pkg: openPackage(path), directory: join(directory, 'out') }
}

function slotOf(pkg: PackageFile, index: number) {
  const slot = pkg.slots[index]
  if (slot === undefined) throw new Error(`no slot ${index}`)
  return slot
}

test('a tree becomes a directory, a single file a file of any name', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(directory)
  const tree = await unpackSlot(pkg, slotOf(pkg, 0), join(directory, 'tree'))
  expect(tree).toMatchObject({ index: 0, id: 'app', path: join(directory, 'tree'), files: 3 })
  expect(readFileSync(join(directory, 'tree/bin/twin'), 'utf8')).toContain('#!/bin/sh')
  await unpackSlot(pkg, slotOf(pkg, 1), join(directory, 'other name'))
  expect(readFileSync(join(directory, 'other name'), 'utf8')).toContain('a single file')
  expect(readdirSync(directory).sort()).toEqual(['other name', 'tree'])
})

test('all slots and the signed bytes appear together', async () => {
  const { pkg, directory } = await sample()
  const unpacked = await unpackPackage(pkg, directory)
  expect(unpacked.map(slot => slot.path)).toEqual([join(directory, '00_app'), join(directory, '01_readme')])
  expect(readdirSync(directory).sort()).toEqual(['00_app', '01_readme', 'metadata.json'])
  expect(new Uint8Array(readFileSync(join(directory, 'metadata.json')))).toEqual(new Uint8Array(pkg.metadataBytes))
})

test('what is there stays, unless it is to be replaced; other files of a directory stay even then', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(join(directory, '00_app'), { recursive: true })
  writeFileSync(join(directory, '00_app/old'), 'old')
  writeFileSync(join(directory, 'mine'), 'mine')
  await expect(unpackPackage(pkg, directory)).rejects.toThrow(code('OUTPUT_EXISTS'))
  await expect(unpackSlot(pkg, slotOf(pkg, 0), join(directory, 'mine'))).rejects.toThrow(code('OUTPUT_EXISTS'))
  expect(readdirSync(directory).sort()).toEqual(['00_app', 'mine'])
  await unpackPackage(pkg, directory, { replace: true })
  expect(readdirSync(directory).sort()).toEqual(['00_app', '01_readme', 'metadata.json', 'mine'])
  expect(readdirSync(join(directory, '00_app'))).toEqual(['bin'])
  await unpackSlot(pkg, slotOf(pkg, 1), join(directory, '00_app'), { replace: true })
  expect(lstatSync(join(directory, '00_app')).isFile()).toBe(true)
})

test('an empty directory is as good as none', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(directory)
  await unpackPackage(pkg, directory)
  expect(readdirSync(directory)).toContain('metadata.json')
})

test('a symlink at the output is replaced, not followed', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(directory)
  writeFileSync(join(directory, 'victim'), 'precious')
  symlinkSync('victim', join(directory, 'link'))
  await unpackSlot(pkg, slotOf(pkg, 1), join(directory, 'link'), { replace: true })
  expect(readFileSync(join(directory, 'victim'), 'utf8')).toBe('precious')
  expect(lstatSync(join(directory, 'link')).isFile()).toBe(true)
})

test('links that lie in an existing tree where slots, files and their names at work go are replaced, not followed', async () => {
  const { pkg, directory } = await sample()
  const elsewhere = join(directory, '../elsewhere')
  mkdirSync(directory)
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'precious'), 'precious')
  symlinkSync(elsewhere, join(directory, '00_app'))
  symlinkSync(join(elsewhere, 'precious'), join(directory, '01_readme'))
  symlinkSync(join(elsewhere, 'new'), join(directory, 'metadata.json'))
  await unpackPackage(pkg, directory, { replace: true })
  expect(readdirSync(elsewhere)).toEqual(['precious'])
  expect(readFileSync(join(elsewhere, 'precious'), 'utf8')).toBe('precious')
  expect(readdirSync(directory).filter(name => lstatSync(join(directory, name)).isSymbolicLink())).toEqual([])
  expect(readdirSync(directory).sort()).toEqual(['00_app', '01_readme', 'metadata.json'])
})

test('links inside of a tree that is replaced go with it, and what they lead to stays', async () => {
  const { pkg, directory } = await sample()
  const elsewhere = join(directory, '../elsewhere')
  mkdirSync(join(directory, '00_app'), { recursive: true })
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'precious'), 'precious')
  symlinkSync(elsewhere, join(directory, '00_app/bin'))
  await unpackPackage(pkg, directory, { replace: true })
  expect(readdirSync(elsewhere)).toEqual(['precious'])
  expect(lstatSync(join(directory, '00_app/bin')).isDirectory()).toBe(true)
})

test('damage leaves nothing, and what was there stays', async () => {
  const { pkg, directory } = await sample()
  const bytes = readFileSync(pkg.path)
  const end = Number(slotOf(pkg, 1).descriptor.offset + slotOf(pkg, 1).descriptor.size) - 1
  bytes[end] = (bytes[end] ?? 0) ^ 0x01
  writeFileSync(pkg.path, bytes)
  await expect(unpackPackage(pkg, directory)).rejects.toThrow(code('SLOT_DATA'))
  expect(lstatSync(directory, { throwIfNoEntry: false })).toBeUndefined()
  mkdirSync(directory)
  writeFileSync(join(directory, 'metadata.json'), 'former')
  await expect(unpackPackage(pkg, directory, { replace: true })).rejects.toThrow(code('SLOT_DATA'))
  expect(readdirSync(directory)).toEqual(['metadata.json'])
  expect(readFileSync(join(directory, 'metadata.json'), 'utf8')).toBe('former')
})

test.skipIf(process.getuid?.() === 0)('a place that cannot be written is named', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(directory)
  chmodSync(directory, 0o500)
  await expect(unpackSlot(pkg, slotOf(pkg, 1), join(directory, 'x'))).rejects.toThrow(code('OUTPUT_WRITE'))
})

test('a parent that is not there is named', async () => {
  const { pkg, directory } = await sample()
  await expect(unpackSlot(pkg, slotOf(pkg, 1), join(directory, 'x'))).rejects.toThrow(code('OUTPUT_WRITE'))
})

test('extract -f into "." does not take away the directory that one is in, or one above it', async () => {
  const { pkg, directory } = await sample()
  mkdirSync(join(directory, 'below/..deeper'), { recursive: true })
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(join(directory, 'below'))
  try {
    for (const output of [directory, join(directory, 'below'), '/']) {
      await expect(unpackSlot(pkg, slotOf(pkg, 1), output, { replace: true })).rejects.toThrow(code('OUTPUT_EXISTS'))
    }
    await unpackSlot(pkg, slotOf(pkg, 1), join(directory, 'below/..deeper'), { replace: true })
  } finally {
    cwd.mockRestore()
  }
  expect(readdirSync(directory)).toEqual(['below'])
  expect(lstatSync(join(directory, 'below/..deeper')).isFile()).toBe(true)
})

test('a device or a pipe is no file to be replaced', async () => {
  const path = pipe()
  const { pkg } = await sample()
  await expect(unpackSlot(pkg, slotOf(pkg, 1), path, { replace: true })).rejects.toThrow(/is a pipe, expected a file/)
  expect(lstatSync(path).isFIFO()).toBe(true)
})
