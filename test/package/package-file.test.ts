import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

async function sample() {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  return { directory, path, bytes: readFileSync(path) }
}

function opened(bytes: Uint8Array, options = {}) {
  const path = join(scratch(), 'changed.psp')
  writeFileSync(path, bytes)
  const pkg = openPackage(path, options)
  pkg.close()
  return pkg
}

test('§5.7 opens what was signed, and names it by the hash of the signed metadata', async () => {
  const { path } = await sample()
  const pkg = openPackage(path)
  pkg.close()
  expect(pkg.signatureValid).toBe(true)
  expect(pkg.contentHash).toBe(sha256Hex(pkg.metadataBytes))
  expect(pkg.slots.map(slot => [slot.id, slot.target, slot.isTree])).toEqual([
    ['app', '', true],
    ['readme', 'share/readme.txt', false],
  ])
})

test('§5.7 refuses a signature that is not that of the metadata, unless asked for a report', async () => {
  const { bytes } = await sample()
  const at = bytes.length - 8200 + 4 + 128
  const other = Buffer.from(bytes)
  other.fill(0, at, at + 64)
  // The index checksum covers the signature: it is made right again, as an attacker would.
  const { adler32 } = await import('../../src/format/adler32.ts')
  const block = other.subarray(bytes.length - 8196, bytes.length - 4)
  block.writeUInt32LE(0, 4)
  block.writeUInt32LE(adler32(block), 4)
  expect(() => opened(other)).toThrowError(expect.objectContaining({ code: 'SIGNATURE_INVALID' }))
  expect(opened(other, { signature: 'report' }).signatureValid).toBe(false)
})

test('§2.5 refuses a byte in the padding, and says where', async () => {
  const { bytes, path } = await sample()
  const pkg = openPackage(path)
  pkg.close()
  const at = pkg.layout.metadata.end
  expect(pkg.layout.slotTable.start).toBeGreaterThan(at)
  bytes[at] = 1
  const detail = expect.objectContaining({ offset: `${at}`, got: '0x01' })
  expect(() => opened(bytes)).toThrowError(expect.objectContaining({ code: 'PADDING_NOT_ZERO', detail }))
})

test('§5.1 refuses metadata whose hash is not that of the index', async () => {
  const { bytes, path } = await sample()
  const pkg = openPackage(path)
  pkg.close()
  const at = pkg.layout.metadata.start + 20
  bytes[at] = (bytes[at] ?? 0) ^ 1
  expect(() => opened(bytes)).toThrowError(expect.objectContaining({ code: 'METADATA_CHECKSUM' }))
})

test('a descriptor that was passed stays open', async () => {
  const { path } = await sample()
  const fd = openSync(path, 'r')
  openPackage('elsewhere', { fd }).close()
  expect(openPackage('elsewhere', { fd }).fd).toBe(fd)
})

test('§2.1 refuses an empty file and text', () => {
  expect(() => opened(Buffer.alloc(0))).toThrowError(expect.objectContaining({ code: 'TRAILER_TOO_SHORT' }))
  expect(() => opened(Buffer.alloc(9000, 0x61))).toThrowError(expect.objectContaining({ code: 'TRAILER_MAGIC' }))
})
