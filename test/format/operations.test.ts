import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatOperations,
  isArchive,
  operationName,
  packOperations,
  parseOperations,
  unpackOperations,
} from '../../src/format/operations.ts'
import { refusal, valueOrRefusal } from './refusals.ts'
import { anyChain, u64 } from './samples.ts'

test.each([
  [[], 0n],
  [[0x10], 0x10n],
  [[0x01], 0x01n],
  [[0x01, 0x10], 0x1001n],
  [[0x01, 0x13], 0x1301n],
  [[0x01, 0x1b], 0x1b01n],
  [[0x01, 0x10, 0x31], 0x311001n],
])('§4.1 the vectors of the reference: %j', (chain, packed) => {
  expect(packOperations(chain)).toBe(packed)
  expect(unpackOperations(packed, 0)).toEqual(chain)
})

describe('§4.1 refuses', () => {
  test.each([0x100000n, 0x100001n, 0x1000000000000000n, 0x01_00_10n])(
    'a code behind the zero that ends the chain (0x%s): one reader would stop, another would go on',
    packed => expect(() => unpackOperations(packed, 0)).toThrow(refusal('OPERATION_CHAIN')),
  )

  test.each([0xffn, 0xff01n])('TERMINAL', packed => {
    expect(() => unpackOperations(packed, 0)).toThrow(refusal('OPERATION_CHAIN'))
  })

  test.each([0x0en, 0x27n, 0x44n, 0x60n, 0x99n, 0xfen])('a code without a name', packed => {
    expect(() => unpackOperations(packed, 0)).toThrow(refusal('OPERATION_UNKNOWN'))
  })

  test('nine operations', () => {
    expect(() => packOperations(Array(9).fill(1))).toThrow(refusal('OPERATION_CHAIN'))
    expect(() => parseOperations(Array(9).fill('gzip').join('|'), 0)).toThrow(refusal('OPERATION_CHAIN'))
  })
})

describe('§4.2 names', () => {
  test.each([
    ['raw', 0n],
    ['', 0n],
    ['none', 0n],
    ['gzip', 0x10n],
    ['bzip2', 0x13n],
    ['xz', 0x16n],
    ['zstd', 0x1bn],
    ['tar', 0x01n],
    ['tgz', 0x1001n],
    ['tar.gz', 0x1001n],
    ['tbz2', 0x1301n],
    ['tar.bz2', 0x1301n],
    ['txz', 0x1601n],
    ['tar.xz', 0x1601n],
    ['tar.zst', 0x1b01n],
    ['tar|gzip', 0x1001n],
    ['tar,gzip', 0x1001n],
    ['tar|gzip|aes256-gcm', 0x311001n],
  ])('%s', (text, packed) => expect(packOperations(parseOperations(text, 0))).toBe(packed))

  test.each([
    'TGZ',
    'Gzip',
    ' gzip',
    'gzip ',
    'tar||gzip',
    'tar|',
    '|',
    'tgz|gzip',
    'raw|gzip',
    'none|gzip',
    'nonsense',
  ])('%j is refused: the reference would store the data untouched and say nothing', text =>
    expect(() => parseOperations(text, 0)).toThrow(refusal('OPERATION_UNKNOWN')),
  )

  test('what we write', () => {
    expect([[], [1], [1, 0x10], [1, 0x1b], [0x1b, 0x31], [0x72]].map(chain => formatOperations(chain))).toEqual([
      'raw',
      'tar',
      'tgz',
      'tar.zst',
      'zstd|aes256-gcm',
      'hash-0x72',
    ])
  })
})

test('§4.1 archives are 0x01 to 0x0d', () => {
  expect(isArchive([0x01, 0x10])).toBe(true)
  expect(isArchive([0x0d])).toBe(true)
  expect(isArchive([0x10])).toBe(false)
  expect(isArchive([])).toBe(false)
})

test('§4.1 hashes and signatures are named by their range', () => {
  expect([0x70, 0x7f, 0x90, 0x98, 0x8f].map(operationName)).toEqual([
    'hash-0x70',
    'hash-0x7f',
    'signature-0x90',
    'signature-0x98',
    undefined,
  ])
})

test('§4.1 any chain packs and unpacks; its string means the same chain', () => {
  fc.assert(
    fc.property(anyChain, chain => {
      expect(unpackOperations(packOperations(chain), 0)).toEqual(chain)
      expect(parseOperations(formatOperations(chain), 0)).toEqual(chain)
    }),
  )
})

test('§4.1 any u64 packs to itself or is refused by a known code', () => {
  const few = fc
    .array(fc.nat(0x30), { maxLength: 8 })
    .map(codes => codes.reduce((sum, code) => sum * 256n + BigInt(code), 0n))
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(few, u64()), packed => {
      const chain = valueOrRefusal(() => unpackOperations(packed, 0))
      if (chain === undefined) return
      accepted++
      expect(packOperations(chain)).toBe(packed)
    }),
  )
  expect(accepted).toBeGreaterThan(0)
})

test('§4.2 any string is a chain or is refused by a known code', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      valueOrRefusal(() => parseOperations(text, 0))
    }),
  )
})
