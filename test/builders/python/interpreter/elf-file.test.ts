import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isElf, parseElf } from '../../../../src/builders/python/interpreter/elf-file.ts'
import { InterpreterError } from '../../../../src/builders/python/interpreter/interpreter-error.ts'
import { makeElf } from './elf-fixture.ts'

function parse(bytes: Uint8Array) {
  return parseElf((offset, length) => bytes.subarray(offset, offset + length), 'bin/python')
}

function refusal(bytes: Uint8Array): unknown {
  try {
    return parse(bytes)
  } catch (error) {
    return error
  }
}

const refused = expect.objectContaining({ code: 'INTERPRETER_ELF' })

test('reads what a loader would', () => {
  const elf = parse(
    makeElf({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      soname: 'libspam.so.1',
      needed: ['libc.so.6', 'libz.so.1'],
      runpath: '/opt/lib',
      versions: { 'libc.so.6': ['GLIBC_2.34', 'GLIBC_2.4'], 'libm.so.6': ['GLIBC_2.29'] },
    }),
  )
  expect(elf).toEqual({
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    soname: 'libspam.so.1',
    needed: ['libc.so.6', 'libz.so.1'],
    searchPath: '/opt/lib',
    versions: ['GLIBC_2.34', 'GLIBC_2.4', 'GLIBC_2.29'],
  })
})

test('a version that is only weakly needed keeps no loader from loading the file', () => {
  const elf = parse(makeElf({ versions: { 'libc.so.6': ['GLIBC_2.4', { weak: 'GLIBC_2.40' }] } }))
  expect(elf.versions).toEqual(['GLIBC_2.4'])
})

test('DT_RPATH counts as a search path too', () => {
  expect(parse(makeElf({ rpath: '$ORIGIN/../lib' })).searchPath).toBe('$ORIGIN/../lib')
})

test('isElf wants all four bytes', () => {
  expect(isElf(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46))).toBe(true)
  expect(isElf(Uint8Array.of(0x7f, 0x45, 0x4c))).toBe(false)
})

test('refuses files of other kinds by name', () => {
  const bits32 = makeElf()
  bits32[4] = 1
  expect(refusal(bits32)).toEqual(refused)
  expect(refusal(makeElf().subarray(0, 63))).toEqual(refused)
  expect(refusal(new Uint8Array(64))).toEqual(refused)
})

test('refuses offsets, sizes and addresses that lead out of the file', () => {
  for (const at of [32, 64 + 8, 64 + 32, 64 + 56 + 8, 64 + 56 + 32]) {
    const bytes = makeElf({ needed: ['libc.so.6'] })
    bytes.fill(0xff, at, at + 8)
    expect(refusal(bytes), `offset ${at}`).toEqual(refused)
  }
})

test('a chain of versions that never ends is refused, not followed', () => {
  const bytes = Buffer.concat([makeElf({ versions: { a: ['GLIBC_2.4'], b: ['GLIBC_2.5'] } }), Buffer.alloc(4 << 20)])
  // The first record stands behind the headers; each zero record behind the last good one leads one byte on.
  const patched = Buffer.from(bytes)
  const first = Math.ceil((64 + 3 * 56) / 16) * 16
  patched.fill(1, first + 12, first + 13)
  expect(refusal(patched)).toEqual(refused)
})

test('any flipped byte gives a value or a refusal, never another exception', () => {
  const whole = makeElf({ interpreter: '/ld.so', needed: ['libc.so.6'], versions: { 'libc.so.6': ['GLIBC_2.4'] } })
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const bytes = Uint8Array.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ mask
      const answer = refusal(bytes)
      expect(
        answer instanceof Error
          ? answer instanceof InterpreterError
          : Array.isArray((answer as { needed: unknown }).needed),
      ).toBe(true)
    }),
  )
})
