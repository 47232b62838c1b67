import { createCipheriv, createHmac } from 'node:crypto'
import { sha256Hex } from './streams.ts'
import { inArea, type Vector } from './vector.ts'

/** Spec §4.7, written down once more: HKDF from its definition (RFC 5869), chunks and nonces by hand. */
const CHUNK = 65_536
const SECRET = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
const OTHER = Buffer.alloc(32, 0xff)
const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest()

function expand(secret: Uint8Array, salt: Uint8Array, info: string, length: number): Buffer {
  const extracted = hmac(salt, secret)
  const blocks: Buffer[] = []
  for (let n = 1; blocks.length * 32 < length; n++)
    blocks.push(hmac(extracted, blocks.at(-1) ?? Buffer.alloc(0), Buffer.from(info), Buffer.of(n)))
  return Buffer.concat(blocks).subarray(0, length)
}

function saltOf(content: Uint8Array): Buffer {
  const key = expand(SECRET, Buffer.alloc(0), 'PSPF/2025 aes256-gcm salt', 32)
  return hmac(key, Buffer.from(sha256Hex(content), 'hex'))
}

const derive = (salt: Uint8Array) => expand(SECRET, salt, 'PSPF/2025 aes256-gcm', 71)

function seal(derived: Buffer, content: Uint8Array, counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.concat([derived.subarray(64), Buffer.alloc(4), Buffer.of(isLast ? 1 : 0)])
  nonce.writeUInt32BE(counter, 7)
  const cipher = createCipheriv('aes-256-gcm', derived.subarray(0, 32), nonce)
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** Header and chunks, apart. */
function sealed(content: Buffer): { header: Buffer; chunks: Buffer[]; derived: Buffer } {
  const salt = saltOf(content)
  const derived = derive(salt)
  const count = Math.max(1, Math.ceil(content.length / CHUNK))
  const chunks = Array.from({ length: count }, (_, n) =>
    seal(derived, content.subarray(n * CHUNK, (n + 1) * CHUNK), n, n === count - 1),
  )
  return { header: Buffer.concat([salt, derived.subarray(32, 64)]), chunks, derived }
}

const vectors = inArea('aes256-gcm', { kind: 'aes256-gcm', spec: '§4.7' })
const input = { max_bytes: 1_000_000, secret: SECRET.toString('hex') }
const good = (name: string, comment: string, content: Buffer) => {
  const { header, chunks } = sealed(content)
  const bytes = Buffer.concat([header, ...chunks])
  const expect = { ok: { size: content.length, sha256: sha256Hex(content) } }
  return vectors({ name, comment, input, file: { extension: 'bin', bytes }, expect })
}
const refused = (name: string, error: string, comment: string, bytes: Buffer, secret = SECRET) =>
  vectors({
    name,
    comment,
    input: { ...input, secret: secret.toString('hex') },
    file: { extension: 'bin', bytes },
    expect: { error },
  })

const text = (length: number) => Buffer.alloc(length, 'what nobody else should read; ')
const SHORT = text(100)
const short = sealed(SHORT)
const SHORT_BYTES = Buffer.concat([short.header, ...short.chunks])
const long = sealed(text(2 * CHUNK + 10))
const [first = SHORT, second = SHORT, last = SHORT] = long.chunks
const join = (...chunks: Buffer[]) => Buffer.concat([long.header, ...chunks])
const flipped = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

export const ENCRYPTED_STREAMS: readonly Vector[] = [
  good('good', 'One chunk, with the salt that a writer derives.', SHORT),
  good('good-empty', 'Nothing: one chunk without content.', Buffer.alloc(0)),
  good('good-one-whole', 'A content of exactly one chunk, which is the last.', text(CHUNK)),
  good('good-three', 'Two whole chunks and a rest.', text(2 * CHUNK + 10)),
  refused('wrong-key', 'SLOT_KEY_WRONG', 'Another secret.', SHORT_BYTES, OTHER),
  refused('salt-changed', 'SLOT_KEY_WRONG', 'Another salt makes another key.', flipped(SHORT_BYTES, 0)),
  refused('commitment-changed', 'SLOT_KEY_WRONG', 'A commitment to another key.', flipped(SHORT_BYTES, 63)),
  refused('bit-flipped', 'ENCRYPTED_DATA', 'A bit of the content.', flipped(SHORT_BYTES, 70)),
  refused('tag-flipped', 'ENCRYPTED_DATA', 'A bit of the tag.', flipped(SHORT_BYTES, SHORT_BYTES.length - 1)),
  refused('cut-at-border', 'ENCRYPTED_DATA', 'The last chunk is left out.', join(first, second)),
  refused('cut-to-header', 'TRUNCATED', 'No chunk at all.', short.header),
  refused('cut-in-header', 'TRUNCATED', 'The header is one byte short.', short.header.subarray(1)),
  refused('cut-in-tag', 'TRUNCATED', 'A last chunk of fewer bytes than a tag has.', SHORT_BYTES.subarray(0, 79)),
  refused('empty', 'TRUNCATED', 'Nothing is stored.', Buffer.alloc(0)),
  refused('reordered', 'ENCRYPTED_DATA', 'Two chunks in each other\u2019s place.', join(second, first, last)),
  refused('repeated', 'ENCRYPTED_DATA', 'A chunk twice.', join(first, first, second, last)),
  refused('extended', 'ENCRYPTED_DATA', 'One byte behind the last chunk.', join(first, second, last, Buffer.of(0))),
  refused('extended-by-chunk', 'ENCRYPTED_DATA', 'The last chunk twice.', join(first, second, last, last)),
  refused(
    'empty-last-chunk',
    'ENCRYPTED_DATA',
    'An authentic chunk without content behind a whole one: a second form of one content.',
    Buffer.concat([
      long.header,
      seal(long.derived, text(CHUNK), 0, false),
      seal(long.derived, Buffer.alloc(0), 1, true),
    ]),
  ),
]
