import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aes256Gcm } from '../../src/codecs/aes256-gcm.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { OP_AES256_GCM } from '../../src/format/operations.ts'
import { encryptSlot } from '../../src/package/encrypted-slot.ts'
import { encodeSlots } from '../../src/package/slot-encoding.ts'
import { collect } from '../codecs/streams.ts'
import { fileSlot, TEST_TIMESTAMP } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const SECRET = Buffer.alloc(32, 7)
const encoded = (path: string, text: string) => ({
  ...{ path, size: text.length, checksum: sha256Hex(Buffer.from(text)), originalSize: text.length },
  ...{ tree: '', files: 1, bytes: text.length },
})

test('§4.7 says of the new file what it is, and it decrypts to the old one', async () => {
  const directory = scratch()
  const from = join(directory, 'a')
  writeFileSync(from, 'the text')
  const slot = await encryptSlot(encoded(from, 'the text'), join(directory, 'b'), SECRET)
  const bytes = readFileSync(join(directory, 'b'))
  expect(slot).toMatchObject({ size: bytes.length, checksum: sha256Hex(bytes), originalSize: 8 })
  const context = { where: 'it', maxBytes: 100, secret: SECRET }
  expect((await collect(aes256Gcm.decode([bytes], context))).toString()).toBe('the text')
})

test('§4.7 a content that is not the one of the salt is not encrypted under it', async () => {
  const directory = scratch()
  const from = join(directory, 'a')
  writeFileSync(from, 'another!')
  const encrypting = encryptSlot(encoded(from, 'the text'), join(directory, 'b'), SECRET)
  await expect(encrypting).rejects.toMatchObject({ code: 'PLAN_INVALID' })
})

test('§4.7 packing asks for the key before it compresses, takes it from elsewhere where it is told, and no cache keeps the slot', async () => {
  const directory = scratch()
  const path = join(directory, 'f')
  writeFileSync(path, 'text of a file')
  const slot = { ...fileSlot('f', path, 'f'), operations: [0x1b, OP_AES256_GCM], keySource: 'env:K' }
  const cacheDirectory = join(directory, 'cache')
  const options = { effort: 'fast' as const, timestamp: TEST_TIMESTAMP, scratch: join(directory, 's'), cacheDirectory }
  const none = encodeSlots([slot], { ...options, slotKeys: { environment: {} } })
  await expect(none).rejects.toMatchObject({ code: 'SLOT_KEY_UNAVAILABLE' })
  expect(existsSync(options.scratch)).toBe(false)
  const slotKeys = { environment: { OTHER: 'ab'.repeat(32) }, sources: new Map([['f', 'env:OTHER']]) }
  const [packed] = await encodeSlots([slot], { ...options, slotKeys })
  expect(packed).toMatchObject({ cached: false, operations: [0x1b, OP_AES256_GCM] })
  expect(packed?.encoded?.originalSize).toBe(14)
  expect(existsSync(cacheDirectory)).toBe(false)
})
