import { closeSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openForReading, readAt, readRange, sizeOfFile } from '../../src/package/file-reading.ts'
import { scratch } from '../support/scratch.ts'

function fileOf(size: number): { path: string; fd: number } {
  const path = join(scratch(), 'file')
  writeFileSync(path, Buffer.alloc(size, 7))
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
