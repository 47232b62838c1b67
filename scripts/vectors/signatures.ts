import * as noble from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { KEY, keyIdOf, seedKey } from './keys.ts'
import { SIGNATURE_CASES } from './signature-cases.ts'
import { hex } from './streams.ts'
import { inArea, type Vector } from './vector.ts'

noble.hashes.sha512 = sha512

const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const { BASE, ZERO } = noble.Point
/** A point of order 8. */
const TORSION = noble.Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa')
const MESSAGE = Buffer.from('{"format":"PSPF/2025"}')

const ed25519 = inArea('ed25519', { kind: 'ed25519', spec: '§5.7' })

function signature(
  name: string,
  comment: string,
  isGood: boolean,
  parts: Partial<Record<'key' | 'r' | 's' | 'message', Uint8Array>>,
): Vector {
  const good = KEY.sign(parts.message ?? MESSAGE)
  const bytes = Buffer.concat([parts.r ?? good.subarray(0, 32), parts.s ?? good.subarray(32)])
  return ed25519({
    name,
    comment,
    input: {
      public_key: hex(parts.key ?? KEY.publicKey),
      message: hex(parts.message ?? MESSAGE),
      signature: hex(bytes),
    },
    expect: isGood ? { ok: {} } : { error: 'SIGNATURE_INVALID' },
  })
}

/** Under a key of small order `[1]B` and 1 are a signature of most texts, `[8]` of it of all. */
const forged = (name: string, comment: string, key: Uint8Array) =>
  signature(name, comment, false, { key, r: BASE.toBytes(), s: littleEndian(1n) })

const ED25519: readonly Vector[] = [
  signature('good', 'A signature by the key of the seed text test123.', true, {}),
  signature('good-empty-message', 'Nothing was signed, and signed well.', true, { message: new Uint8Array() }),
  ed25519({
    name: 'rfc8032-test-2',
    comment: 'RFC 8032, section 7.1, test 2.',
    input: {
      public_key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      message: '72',
      signature:
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    },
    expect: { ok: {} },
  }),
  forged('key-identity', 'The neutral element as key.', littleEndian(1n)),
  forged('key-identity-with-sign', 'The neutral element with the sign bit of x = 0.', littleEndian(1n + 2n ** 255n)),
  forged('key-identity-not-canonical', 'The neutral element as p + 1.', littleEndian(P + 1n)),
  forged('key-order-2', 'The point of order 2.', littleEndian(P - 1n)),
  forged('key-order-4', 'A point of order 4.', littleEndian(0n)),
  forged('key-order-4-not-canonical', 'A point of order 4 as p.', littleEndian(P)),
  forged('key-order-8', 'A point of order 8.', TORSION.toBytes()),
  forged('key-not-on-curve', 'A y that belongs to no point.', littleEndian(2n)),
  signature('r-identity', 'R is the neutral element, and the equation holds.', false, smallR(ZERO.toBytes())),
  signature(
    'r-order-8',
    'R is a point of order 8, and the equation without the cofactor does not hold.',
    false,
    smallR(TORSION.toBytes()),
  ),
  signature('r-not-canonical', 'R as p + 1.', false, smallR(littleEndian(P + 1n))),
  signature('s-plus-l', 's + L: the same signature in other bytes.', false, {
    s: littleEndian(numberOf(KEY.sign(MESSAGE).subarray(32)) + L),
  }),
  signature('s-all-ones', 's is as large as its bytes can be.', false, { s: Buffer.alloc(32, 0xff) }),
  signature('zero', 'Zeros.', false, { r: new Uint8Array(32), s: new Uint8Array(32) }),
  mixedOrder(
    'key-mixed-order-holds',
    true,
    'A key with a part of order 8, and a text for which the equation holds without the cofactor.',
  ),
  mixedOrder(
    'key-mixed-order-cofactor',
    false,
    'The same key, and a text for which it holds only with the cofactor: verifiers disagree, we refuse.',
  ),
]

/** The s for which `[s]B = R + [k]A` holds where R is the neutral element. */
function smallR(r: Uint8Array): { r: Uint8Array; s: Uint8Array } {
  const { scalar } = noble.utils.getExtendedPublicKey(KEY.seed)
  return { r, s: littleEndian((challenge(r, KEY.publicKey, MESSAGE) * scalar) % L) }
}

function mixedOrder(name: string, isGood: boolean, comment: string): Vector {
  const key = BASE.multiply(7n).add(TORSION).toBytes()
  const r = BASE.multiply(5n).toBytes()
  for (let n = 0; ; n++) {
    const message = Buffer.from(`text ${n}`)
    const k = challenge(r, key, message)
    if ((k % 8n === 0n) === isGood)
      return signature(name, comment, isGood, { key, r, message, s: littleEndian((5n + k * 7n) % L) })
  }
}

function challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return numberOf(sha512(Buffer.concat([r, key, message]))) % L
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

/** The three pairs that the reference publishes. */
const KEYS: readonly Vector[] = ['test123', '', 'test'].map(text => {
  const key = seedKey(text)
  return {
    area: 'key',
    name: text === '' ? 'seed-empty' : `seed-${text}`,
    comment: 'The seed is the SHA-256 of a text.',
    spec: '§5.7',
    kind: 'seed-key',
    input: { text },
    expect: { ok: { seed: hex(key.seed), public_key: hex(key.publicKey), key_id: keyIdOf(key.publicKey) } },
  }
})

export const SIGNATURES: readonly Vector[] = [...ED25519, ...SIGNATURE_CASES, ...KEYS]
