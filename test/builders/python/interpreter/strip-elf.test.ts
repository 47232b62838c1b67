import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseElf } from '../../../../src/builders/python/interpreter/elf-file.ts'
import { stripElf } from '../../../../src/builders/python/interpreter/strip-elf.ts'
import { type ElfContent, makeElf } from './elf-fixture.ts'

const content: ElfContent = { soname: 'libspam.so.1', needed: ['libc.so.6'], versions: { 'libc.so.6': ['GLIBC_2.4'] } }
const debug = Buffer.from('DEBUG'.repeat(1000))

function parse(bytes: Uint8Array) {
  return parseElf((offset, length) => bytes.subarray(offset, offset + length), 'lib')
}

interface SectionRow {
  readonly name: string
  readonly type: number
  readonly link: number
}

function sectionsOf(bytes: Uint8Array): SectionRow[] {
  const file = Buffer.from(bytes)
  const at = Number(file.readBigUInt64LE(40))
  const names = Number(file.readBigUInt64LE(at + file.readUInt16LE(62) * 64 + 24))
  return Array.from({ length: file.readUInt16LE(60) }, (_, position) => {
    const header = at + position * 64
    const name = names + file.readUInt32LE(header)
    return {
      name: file.subarray(name, file.indexOf(0, name)).toString('latin1'),
      type: file.readUInt32LE(header + 4),
      link: file.readUInt32LE(header + 40),
    }
  })
}

test('symbols and debugging information go, what a loader reads stays at its place', () => {
  const whole = makeElf({ ...content, debug })
  const mapped = makeElf(content)
  const stripped = stripElf(whole)
  expect(stripped.length).toBeLessThan(whole.length - debug.length)
  expect(Buffer.from(stripped).includes('DEBUG')).toBe(false)
  expect(parse(stripped)).toEqual(parse(whole))
  // All but the three fields of the header that say where the sections are.
  expect(Buffer.compare(stripped.subarray(64, mapped.length), mapped.subarray(64))).toBe(0)
})

test('the headers of mapped sections stay, with their links to each other', () => {
  const sections = sectionsOf(stripElf(makeElf({ ...content, debug })))
  expect(sections.map(section => section.name)).toEqual(['', '.dynstr', '.dynamic', '.shstrtab'])
  expect(sections[2]).toMatchObject({ type: 6, link: 1 })
})

test('the same bytes come back where there is nothing to remove', () => {
  const bare = makeElf(content)
  expect(stripElf(bare)).toBe(bare)
  const once = stripElf(makeElf({ ...content, debug }))
  expect(stripElf(once)).toBe(once)
})

test('files of other kinds are left alone', () => {
  const script = Buffer.from('#!/bin/sh\n'.repeat(20))
  expect(stripElf(script)).toBe(script)
  const bigEndian = makeElf({ ...content, debug })
  bigEndian[5] = 2
  expect(stripElf(bigEndian)).toBe(bigEndian)
})

test('an object file keeps the symbols that a linker needs', () => {
  const object = makeElf({ ...content, debug })
  object[16] = 1
  expect(stripElf(object)).toBe(object)
})

test('a program with data behind its sections keeps them all; zeros there are alignment', () => {
  const whole = makeElf({ ...content, debug })
  const appended = Buffer.concat([whole, Buffer.from('payload')])
  expect(stripElf(appended)).toBe(appended)
  expect(stripElf(Buffer.concat([whole, Buffer.alloc(24)])).length).toBeLessThan(whole.length)
})

test("a file with an unmapped section that is no debugger's is left alone", () => {
  const whole = Buffer.from(makeElf({ ...content, debug }))
  const name = whole.indexOf('.debug_info')
  expect(name).toBeGreaterThan(0)
  whole.write('.my_section', name)
  expect(stripElf(whole)).toBe(whole)
})

test('any content: stripped twice is stripped once, and reads the same', () => {
  const names = fc.array(fc.stringMatching(/^[a-z.]{1,20}$/), { maxLength: 5 })
  fc.assert(
    fc.property(names, fc.uint8Array({ minLength: 1, maxLength: 500 }), (needed, bytes) => {
      const stripped = stripElf(makeElf({ needed, debug: bytes }))
      expect(parse(stripped).needed).toEqual(needed)
      expect(stripElf(stripped)).toBe(stripped)
    }),
  )
})
