import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Codec } from '../../src/codecs/codec.ts'
import { gzip } from '../../src/codecs/gzip.ts'
import { readTar } from '../../src/codecs/tar-reader.ts'
import { zstd } from '../../src/codecs/zstd.ts'
import { keyId } from '../../src/crypto/key-id.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { MAX_ARCHIVE_ENTRIES } from '../../src/format/limits.ts'
import { buildListing } from '../../src/format/tree-listing.ts'
import { inflateMetadata } from '../../src/package/metadata-stream.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { TreeChecker } from '../../src/package/tree-checker.ts'
import { verifyPackage } from '../../src/package/verify.ts'
import { agree } from './agreement.ts'
import { answerOf } from './answer.ts'

/** Bytes that a stream may decode to. */
const MOST = 2 ** 20

export const gzipAnswer = (bytes: Uint8Array) => streamAnswer(gzip, bytes)
export const zstdAnswer = (bytes: Uint8Array) => streamAnswer(zstd, bytes)

export function metadataGzipAnswer(bytes: Uint8Array): Promise<string> {
  return answerOf(() => {
    const json = inflateMetadata(bytes)
    return [json.length, sha256Hex(json)]
  })
}

async function streamAnswer(codec: Codec, bytes: Uint8Array): Promise<string> {
  const atOnce = await answerOf(() => decode(codec, [bytes]))
  return isPieced(bytes) ? expectSame(atOnce, await answerOf(() => decode(codec, pieces(bytes, 61)))) : atOnce
}

async function decode(codec: Codec, input: Iterable<Uint8Array>) {
  const chunks: Uint8Array[] = []
  for await (const chunk of codec.decode(input, { where: 'slot 0', maxBytes: MOST }))
    chunks.push(Uint8Array.from(chunk))
  const decoded = Buffer.concat(chunks)
  return [decoded.length, sha256Hex(decoded)]
}

/** Entries are judged too. */
export async function tarAnswer(bytes: Uint8Array): Promise<string> {
  const atOnce = await answerOf(() => readArchive([bytes]))
  return isPieced(bytes) ? expectSame(atOnce, await answerOf(() => readArchive(pieces(bytes, 61)))) : atOnce
}

async function readArchive(input: Iterable<Uint8Array>) {
  const checker = new TreeChecker('slot 0')
  for await (const member of readTar(input, { where: 'slot 0', maxEntries: MAX_ARCHIVE_ENTRIES }))
    await checker.add(member)
  return [checker.entries.length, sha256Hex(buildListing(checker.entries))]
}

/** Some inputs are read a second time in pieces, which costs a turn of the event loop each. */
function isPieced(bytes: Uint8Array): boolean {
  return bytes.length % 8 === 3
}

function* pieces(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

function expectSame(atOnce: string, inPieces: string): string {
  if (agree(atOnce, inPieces)) return atOnce
  throw new Error(`how bytes arrive changes the answer: ${atOnce} at once, ${inPieces} in pieces`)
}

/** A whole package: the steps of spec §9.1 but the last, which writes. */
export function packageAnswer(bytes: Uint8Array): Promise<string> {
  const path = join(tmpdir(), `flavor-fuzz-${process.pid}-${threadId}.psp`)
  const fd = openSync(path, 'w+')
  return answerOf(async () => {
    ftruncateSync(fd, 0)
    writeSync(fd, bytes)
    const pkg = openPackage(path, { fd })
    const report = await verifyPackage(pkg, { deep: true })
    const stored = pkg.slots.filter(slot => !slot.isSelf)
    return [
      ...[report.name, report.version, keyId(pkg.index.publicKey), pkg.contentHash, report.launcherCovered],
      ...stored.flatMap((slot, position) => {
        const { files, bytes: size } = report.slots[position] ?? {}
        return [slot.id, slot.target, slot.descriptor.size, files ?? '-', size ?? '-']
      }),
    ]
  }).finally(() => {
    closeSync(fd)
    rmSync(path, { force: true })
  })
}
