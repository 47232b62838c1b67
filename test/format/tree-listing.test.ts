import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildListing, type ListingEntry, listingMode, parseListing } from '../../src/format/tree-listing.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

const EMPTY = createHash('sha256').digest('hex')
const FILE: ListingEntry = { type: 'f', mode: 0o555, size: 0, sha256: EMPTY, path: 'bin/x' }
const DIRECTORY: ListingEntry = { type: 'd', mode: 0o755, size: 0, sha256: '-', path: 'bin' }

test('§6.3 the worked example', () => {
  expect(Buffer.from(buildListing([FILE, DIRECTORY])).toString()).toBe(`d 0755 0 - bin\0f 0555 0 ${EMPTY} bin/x\0`)
  expect(parseListing(buildListing([FILE, DIRECTORY]))).toEqual([DIRECTORY, FILE])
  expect(parseListing(buildListing([]))).toEqual([])
})

test('§6.3 entries are ordered by the bytes of their paths, not by UTF-16', () => {
  const paths = ['a', 'a-b', 'a/b', 'aa', '\u{ff5e}', '\u{1f4e6}']
  const listing = buildListing(paths.toReversed().map(path => ({ ...FILE, path })))
  expect(parseListing(listing).map(entry => entry.path)).toEqual(paths)
})

test('§6.2 modes in a work environment: no write bits for files, the owner writes directories', () => {
  expect([0o777, 0o644, 0o600, 0o200].map(mode => listingMode('f', mode))).toEqual([0o555, 0o444, 0o400, 0])
  expect([0o777, 0o500, 0o000].map(mode => listingMode('d', mode))).toEqual([0o755, 0o700, 0o700])
  expect(listingMode('l', 0o644)).toBe(0o777)
})

describe('§6.3 refuses', () => {
  test.each([
    ['an entry without its NUL', 'd 0755 0 - bin'],
    ['an empty entry', 'd 0755 0 - bin\0\0'],
    ['another order', `f 0555 0 ${EMPTY} b\0f 0555 0 ${EMPTY} a\0`],
    ['a path that is there twice', `d 0755 0 - bin\0d 0755 0 - bin\0`],
    ['an unknown type', 'c 0755 0 - bin\0'],
    ['three digits of mode', 'd 755 0 - bin\0'],
    ['a size with a zero in front', `f 0555 00 ${EMPTY} a\0`],
    ['a hash in capitals', `f 0555 0 ${EMPTY.toUpperCase()} a\0`],
    ['a directory with a hash', `d 0755 0 ${EMPTY} a\0`],
    ['a size of 2^53', `f 0555 9007199254740992 ${EMPTY} a\0`],
    ['a directory with a size', 'd 0755 1 - a\0'],
    ['a file without a hash', 'f 0555 0 - a\0'],
    ['no path', 'd 0755 0 - \0'],
    ['bytes that are not UTF-8', Buffer.from([...Buffer.from('d 0755 0 - '), 0xff, 0])],
  ])('%s', (_, text) => {
    expect(() => parseListing(Buffer.from(text))).toThrow(refusal('LISTING_ENTRY'))
  })
})

test('§6.3 whatever is built reads back; accepted bytes build themselves', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))
  const path = fc.string({ minLength: 1, unit: 'grapheme' }).filter(text => !text.includes('\0'))
  const entry: fc.Arbitrary<ListingEntry> = fc.oneof(
    fc.record({
      type: fc.constant('f' as const),
      mode: fc.nat(0o777),
      size: fc.maxSafeInteger().map(Math.abs),
      sha256: hash,
      path,
    }),
    fc.record({
      type: fc.constant('d' as const),
      mode: fc.nat(0o777),
      size: fc.constant(0),
      sha256: fc.constant('-'),
      path,
    }),
  )
  const entries = fc.uniqueArray(entry, { selector: one => one.path, maxLength: 8 })
  fc.assert(
    fc.property(entries, list => {
      const bytes = buildListing(list)
      const parsed = parseListing(bytes)
      expect(new Set(parsed)).toEqual(new Set(list))
      expect(buildListing(parsed)).toEqual(bytes)
    }),
  )
})

test('§6.3 any bytes give entries or a known refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (bytes, ended) => {
      valueOrRefusal(() => parseListing(ended ? Buffer.concat([bytes, Uint8Array.of(0)]) : bytes))
    }),
  )
})
