import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { OP_AES256_GCM } from '../format/operations.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteStream, Codec, DecodeContext } from './codec.ts'
import { type CodecCode, CodecError } from './codec-error.ts'

/** Spec §4.7: AES-256-GCM in chunks, the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (CRYPTO 2015). */
const CHUNK = 64 * 1024
const TAG = 16
const HALF_HEADER = 32
const INFO = 'PSPF/2025 aes256-gcm'
const SALT_INFO = 'PSPF/2025 aes256-gcm salt'
const MAX_CHUNKS = 2 ** 32

export const SECRET_SIZE = 32

/** Only reads: to write, the content has to be read twice (`encryptAes256Gcm`). */
export const aes256Gcm: Codec = { code: OP_AES256_GCM, decode: decrypt }

/** What a slot is encrypted with, made from its key and its salt. */
interface Derived {
  readonly key: Uint8Array
  /** Stands in the header: tells a wrong key, and binds the stored bytes to one key, which GCM alone does not. */
  readonly commitment: Uint8Array
  readonly prefix: Uint8Array
}

/**
 * Spec §4.7: the salt of a content under a key. Two contents have two salts and so two keys; the same content has the same one, so that
 * the same inputs give the same package.
 * @param sha256 the hash of all that is encrypted
 */
export function deriveSalt(secret: Uint8Array, sha256: Uint8Array): Uint8Array {
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), SALT_INFO, 32))
  return createHmac('sha256', key).update(sha256).digest()
}

/** Spec §4.7: header and chunks. The caller has made `salt` from the hash of exactly this input. */
export async function* encryptAes256Gcm(
  input: ByteStream,
  secret: Uint8Array,
  salt: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const derived = derive(secret, salt)
  yield Buffer.concat([salt, derived.commitment])
  for await (const { bytes, counter, isLast } of chunks(new ByteReader(input), CHUNK)) {
    const cipher = createCipheriv('aes-256-gcm', derived.key, nonceOf(derived, counter, isLast))
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

async function* decrypt(input: ByteStream, context: DecodeContext): AsyncGenerator<Uint8Array> {
  const { where, secret } = context
  if (secret === undefined) throw streamError('SLOT_KEY_WRONG', where, 'is encrypted, and no key was given')
  const reader = new ByteReader(input)
  try {
    const header = Uint8Array.from(await reader.read(2 * HALF_HEADER))
    if (header.length < 2 * HALF_HEADER) throw streamError('TRUNCATED', where, 'the stream ends inside of its header')
    const derived = derive(secret, header.subarray(0, HALF_HEADER))
    if (Buffer.compare(derived.commitment, header.subarray(HALF_HEADER)) !== 0) {
      const hint = 'nothing was unpacked; give the right key'
      throw streamError('SLOT_KEY_WRONG', where, 'the key is not the one that the slot was encrypted with', hint)
    }
    for await (const chunk of chunks(reader, CHUNK + TAG)) yield decryptChunk(chunk, derived, where)
  } finally {
    await reader.close()
  }
}

interface Chunk {
  /** Used again for the next one. */
  readonly bytes: Uint8Array
  readonly counter: number
  readonly isLast: boolean
}

/** Pieces of `size` bytes, the last one shorter or as long: which one that is shows the byte behind it. At least one. */
async function* chunks(reader: ByteReader, size: number): AsyncGenerator<Chunk> {
  const buffer = Buffer.alloc(size + 1)
  let filled = 0
  for (let counter = 0; ; counter++) {
    while (filled <= size) {
      const piece = await reader.piece(size + 1 - filled)
      if (piece === undefined) return yield { bytes: buffer.subarray(0, filled), counter, isLast: true }
      buffer.set(piece, filled)
      filled += piece.length
    }
    yield { bytes: buffer.subarray(0, size), counter, isLast: false }
    buffer.copyWithin(0, size)
    filled = 1
  }
}

function decryptChunk({ bytes, counter, isLast }: Chunk, derived: Derived, where: string): Uint8Array {
  const length = bytes.length - TAG
  if (length < 0) throw streamError('TRUNCATED', where, 'the stream ends inside of a chunk')
  if (length === 0 && counter > 0) throw streamError('ENCRYPTED_DATA', where, 'the last chunk is empty')
  if (counter === MAX_CHUNKS - 1 && !isLast)
    throw streamError('ENCRYPTED_DATA', where, 'there are more chunks than can be counted')
  const nonce = nonceOf(derived, counter, isLast)
  const decipher = createDecipheriv('aes-256-gcm', derived.key, nonce, { authTagLength: TAG })
  decipher.setAuthTag(bytes.subarray(length))
  const plain = decipher.update(bytes.subarray(0, length))
  try {
    decipher.final()
  } catch {
    throw streamError('ENCRYPTED_DATA', where, `chunk ${counter} is not what was encrypted in its place`)
  }
  return plain
}

function derive(secret: Uint8Array, salt: Uint8Array): Derived {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, salt, INFO, 71))
  return { key: bytes.subarray(0, 32), commitment: bytes.subarray(32, 64), prefix: bytes.subarray(64) }
}

function nonceOf({ prefix }: Derived, counter: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.set(prefix)
  nonce.writeUInt32BE(counter, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function streamError(code: CodecCode, where: string, fault: string, hint?: string): CodecError {
  return new CodecError(code, `${where}: ${fault} (spec §4.7)`, { where }, hint === undefined ? {} : { hint })
}
