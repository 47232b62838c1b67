import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeName,
  fitsLinkName,
  MAX_OCTAL_SIZE,
  parseTarHeader,
  splitUstarPath,
  TAR_BLOCK,
} from '../../src/codecs/tar-header.ts'
import { type BlockFields, checksummed, header } from './tar-blocks.ts'

const POSITION = { where: 'slot 1', offset: 1024 }
const parse = (fields: BlockFields) => parseTarHeader(header(fields), POSITION)
const code = (expected: string) =>
  expect.objectContaining({ code: expected, detail: expect.objectContaining({ offset: '1024' }) })

test('§4.5 what is written is read', () => {
  const fields = { name: 'café.txt', prefix: 'a/b', linkName: '', type: '0', mode: 0o755, size: MAX_OCTAL_SIZE }
  expect(parse(fields)).toEqual({ path: 'a/b/café.txt', linkPath: '', type: '0', mode: 0o755, size: MAX_OCTAL_SIZE })
})

test('§4.5 a name may fill its field without a NUL', () => {
  const fields = { name: 'n'.repeat(100), prefix: 'p'.repeat(155), linkName: 'l'.repeat(100), type: '2' }
  expect(parse(fields)).toMatchObject({ path: `${fields.prefix}/${fields.name}`, linkPath: fields.linkName })
})

test.each([
  ['GNU', 'ustar  \0'],
  ['Unix V7', '\0'.repeat(8)],
])('§4.5 %s headers have no prefix: their bytes there mean something else', (_, magic) => {
  expect(parse({ name: 'a', prefix: 'b', patch: [[257, magic]] })).toMatchObject({ path: 'a' })
})

test.each([
  ['spaces in front, a space behind', '    644 ', 0o644],
  ['a NUL behind', '0000644\0', 0o644],
  ['no digit', '\0'.repeat(8), 0],
])('§4.5 reads octal numbers with %s', (_, mode, value) => {
  expect(parse({ patch: [[100, mode]] }).mode).toBe(value)
})

test('§4.5 reads the base-256 sizes of GNU tar up to 2^53 - 1', () => {
  expect(parse({ patch: [[124, base256(2n ** 33n)]] }).size).toBe(2 ** 33)
  expect(parse({ patch: [[124, base256(2n ** 53n - 1n)]] }).size).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => parse({ patch: [[124, base256(2n ** 53n)]] })).toThrowError(code('TAR_HEADER'))
  expect(() => parse({ patch: [[124, Buffer.alloc(12, 0xff)]] })).toThrowError(code('TAR_HEADER'))
})

test.each([
  ['a digit that is not octal', [100, '0000648\0']],
  ['a sign', [124, '-0000000001\0']],
  ['text behind the number', [100, '644\0 755']],
  ['another magic', [257, 'ustar\x0001']],
  ['an unknown magic', [257, 'pax\0\0\0\0\0']],
] as const)('§4.5 refuses %s', (_, patch) => {
  expect(() => parse({ patch: [patch] })).toThrowError(code('TAR_HEADER'))
})

test.each([0o1755, 0o2755, 0o4755, 0o100644])('§4.5 refuses the mode %o: set-id, sticky or unknown bits', mode => {
  expect(() => parse({ mode })).toThrowError(code('TAR_MODE'))
})

test.each([
  ['the name', 0],
  ['the link name', 157],
  ['the prefix', 345],
])('§4.5 refuses bytes hidden behind a NUL, or not UTF-8, in %s', (_, offset) => {
  expect(() => parse({ patch: [[offset, 'a\0b']] })).toThrowError(code('TAR_NAME'))
  expect(() => parse({ patch: [[offset, Buffer.of(0x61, 0xff)]] })).toThrowError(code('TAR_NAME'))
})

test('§4.5 refuses every flipped bit, but for other spellings of the checksum itself', () => {
  const good = header({ name: 'name', size: 5 })
  const parsed = parseTarHeader(good, POSITION)
  const harmless = new Set<number>()
  for (let bit = 0; bit < TAR_BLOCK * 8; bit++) {
    const block = Buffer.from(good)
    block[bit >> 3] = (block[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      expect(parseTarHeader(block, POSITION)).toEqual(parsed)
      harmless.add(bit >> 3)
    } catch (error) {
      expect(error).toMatchObject({ name: 'CodecError' })
    }
  }
  // Leading zeros may be blanks, and nothing is taken from behind the digits.
  for (const offset of harmless) expect([148, 149, 154, 155]).toContain(offset)
})

test('§4.5 any block that has the right checksum is read or refused by a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: TAR_BLOCK, maxLength: TAR_BLOCK }), bytes => {
      const block = Buffer.from(bytes)
      block.write('ustar\x0000', 257, 'latin1')
      try {
        const parsed = parseTarHeader(checksummed(block), POSITION)
        expect(Number.isSafeInteger(parsed.size)).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ name: 'CodecError' })
      }
    }),
  )
})

test('§11 splits a path only at a slash, and only where both halves fit', () => {
  const path = fc.array(fc.string({ minLength: 1, maxLength: 120, unit: fc.constantFrom('a', 'b', 'é') }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(path, fc.boolean(), (parts, isDirectory) => {
      const bytes = Buffer.from(parts.join('/') + (isDirectory ? '/' : ''))
      const split = splitUstarPath(bytes)
      const slashes = [...bytes.keys()].filter(at => bytes[at] === 0x2f)
      const fits =
        bytes.length <= 100 || slashes.some(at => at <= 155 && bytes.length - at - 1 <= 100 && at < bytes.length - 1)
      expect(split !== undefined).toBe(fits)
      if (split === undefined) return
      const { prefix, name } = split
      expect(Buffer.concat([prefix, Buffer.from(prefix.length > 0 ? '/' : ''), name]).equals(bytes)).toBe(true)
      expect([prefix.length <= 155, name.length <= 100, name.length > 0]).toEqual([true, true, true])
    }),
  )
})

test('names: UTF-8 without NUL, a byte order mark kept as it is', () => {
  expect(decodeName(Buffer.from('\ufeffé'), 'name', POSITION)).toBe('\ufeffé')
  expect(() => decodeName(Buffer.of(0xc0, 0x80), 'name', POSITION)).toThrowError(code('TAR_NAME'))
  expect(() => decodeName(Buffer.of(0x61, 0), 'name', POSITION)).toThrowError(code('TAR_NAME'))
  expect([fitsLinkName(Buffer.alloc(100)), fitsLinkName(Buffer.alloc(101))]).toEqual([true, false])
})

function base256(value: bigint): Buffer {
  const bytes = Buffer.from(value.toString(16).padStart(24, '0'), 'hex')
  bytes[0] = 0x80
  return bytes
}
