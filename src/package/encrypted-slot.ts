import { closeSync } from 'node:fs'
import { deriveSalt, encryptAes256Gcm } from '../codecs/aes256-gcm.ts'
import { Sha256 } from '../crypto/sha256.ts'
import { type EncodedSlot, store } from './encoded-slot.ts'
import { chunkMemory, openForReading, readRange, sizeOfFile } from './file-reading.ts'
import { PackageError } from './package-error.ts'

/**
 * Spec §4.7: encrypts what was encoded into the new file `path`. The hash of what is encrypted, which encoding has found, makes the
 * salt; the bytes are compared with it again as they go by.
 * @throws PackageError PLAN_INVALID where the file has changed meanwhile, OUTPUT_WRITE
 */
export async function encryptSlot(encoded: EncodedSlot, path: string, secret: Uint8Array): Promise<EncodedSlot> {
  const fd = openForReading(encoded.path)
  try {
    const plain = readRange(fd, encoded.path, 0, sizeOfFile(fd, encoded.path), chunkMemory())
    const salt = deriveSalt(secret, Buffer.from(encoded.checksum, 'hex'))
    const stored = await store(encryptAes256Gcm(expectHash(plain, encoded), secret, salt), path)
    return { ...encoded, path, ...stored }
  } finally {
    closeSync(fd)
  }
}

/** Two contents under one salt would be two texts under one key and nonce, which gives both away. */
async function* expectHash(input: Iterable<Uint8Array>, { path, checksum }: EncodedSlot): AsyncGenerator<Uint8Array> {
  const hash = new Sha256()
  for (const bytes of input) {
    hash.update(bytes)
    yield bytes
  }
  if (hash.digestHex() === checksum) return
  throw new PackageError('PLAN_INVALID', `${path}: changed while it was encrypted`, { file: path })
}
