import { createHash } from 'node:crypto'
import { hostile } from './hostile-package.ts'
import { KEY, OTHER_KEY } from './keys.ts'
import { gzip } from './streams.ts'
import type { Vector } from './vector.ts'

const signature = hostile('signature', 'open')

/** The base point: `[1]B`, the R of a signature with s = 1 under the key that is the neutral element. */
const BASE_POINT = Buffer.from(`58${'66'.repeat(31)}`, 'hex')
const ONE = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
/** y = p + 1, which a careless reader reduces to the neutral element. */
const ONE_NOT_CANONICAL = Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n

export const HOSTILE_SIGNATURES: readonly Vector[] = [
  signature('zero', 'SIGNATURE_INVALID', '§5.7', 'No signature.', { editSignature: () => Buffer.alloc(64) }),
  signature('flipped-r', 'SIGNATURE_INVALID', '§5.7', 'One bit of R.', { editSignature: bytes => flip(bytes, 0) }),
  signature('flipped-s', 'SIGNATURE_INVALID', '§5.7', 'One bit of s.', { editSignature: bytes => flip(bytes, 33) }),
  signature('of-another-text', 'SIGNATURE_INVALID', '§5.7', 'The metadata was changed after it was signed.', {
    editSignature: (_, json) => KEY.sign(Buffer.from(json.toString().replace('"1.0"', '"2.0"'))),
  }),
  signature(
    'of-stored-bytes',
    'SIGNATURE_INVALID',
    '§5.7',
    'What is signed is the inflated text, not what is stored.',
    {
      editSignature: (_, json) => KEY.sign(gzip(json)),
    },
  ),
  signature('of-hash', 'SIGNATURE_INVALID', '§5.7', 'Nor is it a hash of the text.', {
    editSignature: (_, json) => KEY.sign(createHash('sha256').update(json).digest()),
  }),
  signature('by-another-key', 'SIGNATURE_INVALID', '§5.7', 'Signed by a key that is not the one in the index.', {
    editSignature: (_, json) => OTHER_KEY.sign(json),
  }),
  signature('other-key-in-index', 'SIGNATURE_INVALID', '§5.7', 'The key in the index is somebody else’s.', {
    editIndex: index => index.set(OTHER_KEY.publicKey, 64),
  }),
  signature(
    'small-order-key',
    'SIGNATURE_INVALID',
    '§5.7',
    'A key for which one signature fits every text; a lax reader accepts it.',
    {
      editSignature: () => Buffer.concat([BASE_POINT, ONE]),
      editIndex: index => index.set(ONE, 64),
    },
  ),
  signature('key-not-canonical', 'SIGNATURE_INVALID', '§5.7', 'The same key as another number.', {
    editSignature: () => Buffer.concat([BASE_POINT, ONE]),
    editIndex: index => index.set(ONE_NOT_CANONICAL, 64),
  }),
  signature('s-not-canonical', 'SIGNATURE_INVALID', '§5.7', 's + L: the same signature in other bytes.', {
    editSignature: bytes => Buffer.concat([bytes.subarray(0, 32), littleEndian(number(bytes.subarray(32)) + L)]),
  }),
  signature('signed-again', 'KEY_ID', '§1.3', 'Signed again by somebody else, who forgot the key id.', {
    key: OTHER_KEY,
    editJson: json => Object.assign(json, { key_id: '9cd6f6b4b6a956c1' }),
  }),
  signature('no-key-id', 'KEY_ID', '§1.3', 'Our own packages name their key.', {
    editJson: json => Object.assign(json, { key_id: undefined }),
  }),
]

function flip(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(offset) ^ 1, offset)
  return copy
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}
