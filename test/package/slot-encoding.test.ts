import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { OP_GZIP, OP_TAR } from '../../src/format/operations.ts'
import { encodeSlots, withLongEnoughBytes } from '../../src/package/slot-encoding.ts'
import { fileSlot, sampleTree, TEST_TIMESTAMP } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const options = () => ({
  effort: 'fast' as const,
  timestamp: TEST_TIMESTAMP,
  scratch: join(scratch(), 'slots'),
  slotKeys: { environment: {} },
})

test('§3.4 what is already encoded is stored as it is, and described by decoding it', async () => {
  const path = join(scratch(), 'f.gz')
  writeFileSync(path, gzipSync('hello, world'))
  const slot = { ...fileSlot('f', path, 'etc/f'), content: { kind: 'encoded' as const, path } }
  const [result] = await encodeSlots([slot], options())
  expect(result?.encoded).toMatchObject({
    path,
    originalSize: 12,
    files: 1,
    bytes: 12,
    checksum: sha256Hex(readFileSync(path)),
  })
})

test('§4.4 what is not encoded as it says is refused when it is packed', async () => {
  const path = join(scratch(), 'f.gz')
  writeFileSync(path, 'no gzip, only text')
  const slot = { ...fileSlot('f', path, 'f'), content: { kind: 'encoded' as const, path } }
  await expect(encodeSlots([slot], options())).rejects.toMatchObject({ code: 'GZIP_HEADER' })
})

test('operations that do not fit the content are refused', async () => {
  const path = join(scratch(), 'f')
  writeFileSync(path, 'text')
  const file = { ...fileSlot('f', path, 'f'), operations: [OP_TAR] }
  await expect(encodeSlots([file], options())).rejects.toMatchObject({ code: 'PLAN_INVALID' })
  await expect(encodeSlots([{ ...sampleTree(), operations: [OP_GZIP] }], options())).rejects.toMatchObject({
    code: 'PLAN_INVALID',
  })
})

test('progress ends where the content ends', async () => {
  const path = join(scratch(), 'f')
  writeFileSync(path, Buffer.alloc(100_000))
  const seen: number[] = []
  await encodeSlots([fileSlot('f', path, 'f')], { ...options(), onProgress: event => seen.push(event.done) })
  expect(seen.at(-1)).toBe(100_000)
})

test('reference §8.2: a raw slot shorter than 16 bytes is stored as gzip, because the Go launcher panics on it', () => {
  const path = join(scratch(), 'f')
  const slot = { ...fileSlot('f', path, 'f'), operations: [] }
  writeFileSync(path, 'short')
  expect(withLongEnoughBytes(slot).operations).toEqual([OP_GZIP])
  writeFileSync(path, 'sixteen bytes ok')
  expect(withLongEnoughBytes(slot).operations).toEqual([])
})

test('a shared slot is compressed with the most effort, unless the caller is in a hurry', async () => {
  const shared = { ...sampleTree(), share: true, target: 'python' }
  const cacheDirectory = join(scratch(), 'cache')
  const cached = async (effort: 'default' | 'release' | 'fast') => {
    const [slot] = await encodeSlots([shared], { ...options(), effort, cacheDirectory })
    return slot?.cached
  }
  expect(await cached('release')).toBe(false)
  expect(await cached('default')).toBe(true)
  expect(await cached('fast')).toBe(false)
})
