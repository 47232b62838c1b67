import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyExtensions,
  mergeExtensions,
  parseGlobalPax,
  parseGnuName,
  parsePax,
} from '../../src/codecs/tar-extensions.ts'
import { record } from './tar-blocks.ts'

const POSITION = { where: 'slot 1', offset: 512 }
const parse = (text: string) => parsePax(Buffer.from(text), POSITION)
const code = (expected: string) => expect.objectContaining({ code: expected })

test('§4.5 path, link path and size count; times, owners and attributes do not', () => {
  const text = [
    record('mtime', '1.5'),
    record('path', 'a/é'),
    record('uid', '12'),
    record('linkpath', 'b\nc=d'),
    record('size', '8589934592'),
    record('comment', 'x'),
    record('SCHILY.xattr.user.a', 'b'),
    record('hdrcharset', 'ISO-IR 10646 2000 UTF-8'),
  ].join('')
  expect(parse(text)).toEqual({ path: 'a/é', linkPath: 'b\nc=d', size: 8589934592 })
  expect(parse('')).toEqual({})
})

test('§4.5 a value may be any bytes where it does not count', () => {
  const bytes = Buffer.concat([Buffer.from('19 SCHILY.xattr.x='), Buffer.of(0xff), Buffer.from('\n')])
  bytes.write(`${bytes.length}`, 0)
  expect(parsePax(bytes, POSITION)).toEqual({})
})

test.each([
  ['a length that is no number', 'xx path=a\n'],
  ['a length with a leading zero', '012 path=ab\n'],
  ['a length beyond the end', '13 path=abc\n'],
  ['a length that ends before the line feed', '9 path=abc\n'],
  ['no line feed', '8 path=a'],
  ['no key', '5 =a\n'],
  ['no equals sign', '8 patha\n'],
  ['bytes behind the last record', `${record('path', 'a')}\0`],
  ['a length of zero', '0 path=a\n'],
  ['a key twice: readers differ on which one counts', record('path', 'a') + record('path', 'b')],
  ['an empty path, which unsets one set before', record('path', '')],
  ['a size that is no number', record('size', '0x10')],
  ['a size of more than 2^53 - 1', record('size', '9007199254740992')],
  ['a negative size', record('size', '-1')],
  ['a sparse file', record('GNU.sparse.major', '1')],
  ['a real size of star', record('SCHILY.realsize', '1')],
  ['another charset', record('hdrcharset', 'BINARY')],
])('§4.5 refuses %s', (_, text) => {
  expect(() => parse(text)).toThrowError(code('TAR_EXTENSION'))
})

test('§4.5 refuses a path with a NUL or that is not UTF-8', () => {
  expect(() => parse(record('path', 'a\0b'))).toThrowError(code('TAR_NAME'))
  const bytes = Buffer.from(record('path', 'a'))
  bytes[bytes.length - 2] = 0xff
  expect(() => parsePax(bytes, POSITION)).toThrowError(code('TAR_NAME'))
})

test('§4.5 a header for all entries may say nothing about them', () => {
  expect(() => parseGlobalPax(Buffer.from(record('comment', 'commit')), POSITION)).not.toThrow()
  for (const key of ['path', 'linkpath', 'size']) {
    expect(() => parseGlobalPax(Buffer.from(record(key, '1')), POSITION)).toThrowError(code('TAR_EXTENSION'))
  }
})

test('§4.5 GNU names end with one NUL or none', () => {
  expect(parseGnuName(Buffer.from('a/b'), 'name', POSITION)).toBe('a/b')
  expect(parseGnuName(Buffer.from('a/b\0'), 'name', POSITION)).toBe('a/b')
  expect(() => parseGnuName(Buffer.from('a\0b\0'), 'name', POSITION)).toThrowError(code('TAR_NAME'))
})

test('§4.5 two extensions may not name the same thing', () => {
  expect(mergeExtensions({ path: 'a' }, { linkPath: 'b' }, POSITION)).toEqual({ path: 'a', linkPath: 'b' })
  expect(() => mergeExtensions({ path: 'a' }, { path: 'a' }, POSITION)).toThrowError(code('TAR_EXTENSION'))
  const header = { path: 'a', linkPath: '', type: '0', mode: 0o644, size: 0 }
  expect(applyExtensions(header, { path: 'b', size: 3 })).toEqual({ ...header, path: 'b', size: 3 })
})

test('any bytes are read or refused by a code', () => {
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom('10 path=ab\n', '12 ', '=', '\n')), { maxLength: 6 })
  fc.assert(
    fc.property(text, pieces => {
      try {
        parse(pieces.join(''))
      } catch (error) {
        expect(error).toMatchObject({ name: 'CodecError' })
      }
    }),
  )
})
