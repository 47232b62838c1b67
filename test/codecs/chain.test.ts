import { randomBytes } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeChain, encodeChain, refuseUndecodable } from '../../src/codecs/chain.ts'
import {
  OP_AES256_GCM,
  OP_BZIP2,
  OP_GZIP,
  OP_TAR,
  OP_XZ,
  OP_ZSTD,
  OPERATION_NAMES,
} from '../../src/format/operations.ts'
import { collect, Endless } from './streams.ts'

const BYTES = Buffer.from('the bytes of a slot, the bytes of a slot')
const CONTEXT = { where: 'slot 1', maxBytes: BYTES.length }

test.each([
  ['raw', []],
  ['tar', [OP_TAR]],
  ['gzip', [OP_GZIP]],
  ['tgz', [OP_TAR, OP_GZIP]],
  ['zstd', [OP_ZSTD]],
  ['tar.zst', [OP_TAR, OP_ZSTD]],
  ['gzip|zstd', [OP_GZIP, OP_ZSTD]],
])('§4.3 %s: what is encoded is decoded, the archive step left to the archive reader', async (_, chain) => {
  const encoded = await collect(encodeChain([BYTES], chain, { effort: 'fast', size: BYTES.length }))
  expect((await collect(decodeChain([encoded], chain, CONTEXT))).equals(BYTES)).toBe(true)
})

test('§4.1 the last operation is undone first', async () => {
  const stored = zstdCompressSync(gzipSync(BYTES))
  expect((await collect(decodeChain([stored], [OP_GZIP, OP_ZSTD], CONTEXT))).equals(BYTES)).toBe(true)
  await expect(collect(decodeChain([stored], [OP_ZSTD, OP_GZIP], CONTEXT))).rejects.toMatchObject({
    code: 'GZIP_HEADER',
  })
})

test.each([[[]], [[OP_GZIP]], [[OP_ZSTD]], [[OP_GZIP, OP_GZIP]]])('§4.4 the limit holds for chain %j', async chain => {
  const encoded = await collect(encodeChain([BYTES], chain, { effort: 'fast' }))
  const context = { where: 'slot 1', maxBytes: BYTES.length - 1 }
  await expect(collect(decodeChain([encoded], chain, context))).rejects.toMatchObject({ code: 'DECODED_TOO_LONG' })
})

test('§4.4 a bomb between two operations is refused, although nothing comes out of it', async () => {
  // A DEFLATE stream of nothing but empty stored blocks decodes to no byte at all.
  const header = Buffer.from('1f8b08000000000000ff', 'hex')
  const emptyBlocks = Buffer.alloc(20_000_000, Buffer.from('000000ffff', 'hex'))
  const stored = gzipSync(Buffer.concat([header, emptyBlocks]))
  await expect(collect(decodeChain([stored], [OP_GZIP, OP_GZIP], CONTEXT))).rejects.toMatchObject({
    code: 'DECODED_TOO_LONG',
  })
})

describe('§4.3 refusals', () => {
  const executed = new Set([OP_TAR, OP_GZIP, OP_ZSTD])
  const others = [...OPERATION_NAMES].filter(([code]) => !executed.has(code))

  test('every other operation is refused by its name', () => {
    expect(others.length).toBeGreaterThan(60)
    for (const [code, name] of others) {
      expect(() => refuseUndecodable([code], 'slot 1')).toThrowError(
        expect.objectContaining({ code: 'OPERATION_UNSUPPORTED', message: expect.stringContaining(`found ${name},`) }),
      )
    }
    for (const code of [OP_BZIP2, OP_XZ, OP_AES256_GCM]) expect(others.map(([other]) => other)).toContain(code)
  })

  test('§4.7 encryption is last, of a slot that has a key source', () => {
    expect(() => refuseUndecodable([OP_TAR, OP_ZSTD, OP_AES256_GCM], 'it', true)).not.toThrow()
    for (const chain of [
      [OP_AES256_GCM, OP_GZIP],
      [OP_AES256_GCM, OP_AES256_GCM],
    ]) {
      expect(() => refuseUndecodable(chain, 'it', true)).toThrowError(
        expect.objectContaining({ code: 'OPERATION_UNSUPPORTED' }),
      )
    }
  })

  test.each([
    ['two archives', [OP_TAR, OP_TAR]],
    ['an archive of what is compressed', [OP_GZIP, OP_TAR]],
    ['a zip behind gzip', [OP_GZIP, 0x08]],
  ])('§4.1 refuses %s', (_, chain) => {
    expect(() => refuseUndecodable(chain, 'slot 1')).toThrowError(expect.objectContaining({ code: 'OPERATION_CHAIN' }))
  })

  test('both directions refuse before they touch the input', async () => {
    const endless = new Endless(BYTES)
    const error = { code: 'OPERATION_UNSUPPORTED' }
    await expect(collect(decodeChain(endless, [OP_TAR, OP_XZ], CONTEXT))).rejects.toMatchObject(error)
    await expect(collect(encodeChain(endless, [OP_TAR, OP_XZ], { effort: 'fast' }))).rejects.toMatchObject(error)
    expect(endless.isClosed).toBe(false)
  })
})

test('what is given up early is closed through all operations', async () => {
  const endless = new Endless(randomBytes(1_000_000))
  for await (const _ of encodeChain(endless, [OP_GZIP, OP_ZSTD], { effort: 'fast' })) break
  expect(endless.isClosed).toBe(true)
})
