import { closeSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chunkMemory, openForReading, readAt, readRange, sizeOfFile } from '../../src/package/file-reading.ts'
import { scratch } from '../support/scratch.ts'

function fileOf(size: number): { path: string; fd: number } {
  const path = join(scratch(), 'file')
  // No two chunks are alike, because 251 is prime.
  writeFileSync(path, Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, at) => at))))
  return { path, fd: openForReading(path) }
}

test('reads a range in chunks that are whole together', () => {
  const { path, fd } = fileOf(1_500_000)
  const chunks = [...readRange(fd, path, 1, 1_500_000)]
  closeSync(fd)
  expect(chunks.length).toBeGreaterThan(1)
  expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(1_499_999)
})

test('reads what there is at the end of a file', () => {
  const { path, fd } = fileOf(10)
  expect(readAt(fd, path, 8, 100)).toHaveLength(2)
  closeSync(fd)
})

test('chunks have memory of their own, or the one that was lent', () => {
  const { path, fd } = fileOf(2_000_000)
  const whole = readFileSync(path)
  expect(Buffer.concat([...readRange(fd, path, 5, 1_999_000)]).equals(whole.subarray(5, 1_999_000))).toBe(true)
  const lent = chunkMemory()
  const copies: Uint8Array[] = []
  for (const bytes of readRange(fd, path, 5, 1_999_000, lent)) {
    expect(bytes.buffer).toBe(lent.buffer)
    copies.push(bytes.slice())
  }
  expect(copies.length).toBeGreaterThan(1)
  expect(Buffer.concat(copies).equals(whole.subarray(5, 1_999_000))).toBe(true)
  closeSync(fd)
})

test('says that a file became shorter while it was read', () => {
  const { path, fd } = fileOf(2_000_000)
  const chunks = readRange(fd, path, 0, 2_000_000)
  chunks.next()
  truncateSync(path, 10)
  expect(() => [...chunks]).toThrowError(expect.objectContaining({ code: 'FILE_CHANGED' }))
  closeSync(fd)
})

test('a missing file and a directory are refused by name', () => {
  const directory = scratch()
  mkdirSync(join(directory, 'd'))
  expect(() => openForReading(join(directory, 'no'))).toThrowError(expect.objectContaining({ code: 'FILE_READ' }))
  const fd = openForReading(join(directory, 'd'))
  expect(() => sizeOfFile(fd, 'd')).toThrowError(expect.objectContaining({ code: 'FILE_READ' }))
  closeSync(fd)
})
