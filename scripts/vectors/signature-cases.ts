import * as noble from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { hex } from './streams.ts'
import { inArea, type Vector } from './vector.ts'
import published from './wycheproof-ed25519.json' with { type: 'json' }

noble.hashes.sha512 = sha512

/**
 * The twelve cases of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), table 5, on which verifiers of the field
 * disagree: made here from what the table says of each, so that nothing but the property in question is wrong. What is decided is what
 * spec §5.7 says; where the paper's cases split by what is hashed, both are here.
 */
const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const { BASE } = noble.Point
/** A point of order 8, and what it is known by when it is added to others. */
const TORSION = noble.Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa')
const SECRET = 7n
const NONCE = 5n
const MIXED_KEY = BASE.multiply(SECRET).add(TORSION)

interface Case {
  readonly key: Uint8Array
  readonly r: Uint8Array
  /** What is hashed in the place of `key` and `r`, where that is not what the signature holds. */
  readonly hashed?: { readonly key?: Uint8Array; readonly r?: Uint8Array }
  /** From the challenge before it is reduced. */
  readonly s: (challenge: bigint) => bigint
  /** Which texts will do, by the challenge before it is reduced. */
  readonly fits?: (challenge: bigint) => boolean
}

const ed25519 = inArea('ed25519', { kind: 'ed25519', spec: '§5.7' })

function taming(name: string, isGood: boolean, comment: string, { key, r, hashed, s, fits }: Case): Vector {
  for (let n = 0; ; n++) {
    const message = Buffer.from(`text ${n}`)
    const challenge = numberOf(sha512(Buffer.concat([hashed?.r ?? r, hashed?.key ?? key, message])))
    if (fits !== undefined && !fits(challenge)) continue
    const signature = Buffer.concat([r, littleEndian(s(challenge))])
    return ed25519({
      name: `taming-${name}`,
      comment,
      input: { public_key: hex(key), message: hex(message), signature: hex(signature) },
      expect: isGood ? { ok: {} } : { error: 'SIGNATURE_INVALID' },
    })
  }
}

const torsion = (times: bigint) => (times % 8n === 0n ? noble.Point.ZERO : TORSION.multiply(((times % 8n) + 8n) % 8n))
const mixed = (times: bigint) => BASE.multiply(NONCE).add(torsion(times)).toBytes()
/** For a key of order L or with a part of order 8: the part of order L fits always. */
const sum = (challenge: bigint) => (NONCE + (challenge % L) * SECRET) % L
const [GOOD_KEY, GOOD_R] = [BASE.multiply(SECRET).toBytes(), BASE.multiply(NONCE).toBytes()]
const [REDUCED, WHOLE] = [(challenge: bigint) => challenge % L, (challenge: bigint) => challenge]
/** Whether the part of order 8 of `R + [k]A` vanishes, with `times` of it in R. */
const vanishes = (times: bigint, of: (challenge: bigint) => bigint) => (challenge: bigint) =>
  (times + of(challenge)) % 8n === 0n
const P_PLUS = (n: bigint) => littleEndian(P + n)

/** Project Wycheproof's tests of Ed25519, as its crate 0.7.0 has them (Apache-2.0). */
const WYCHEPROOF: readonly Vector[] = published.map(({ id, comment, key, message, signature, valid }) =>
  ed25519({
    name: `wycheproof-${id}`,
    comment: `Wycheproof, test ${id}${comment === '' ? '' : `: ${comment}`}.`,
    input: { public_key: key, message, signature },
    expect: valid ? { ok: {} } : { error: 'SIGNATURE_INVALID' },
  }),
)

export const SIGNATURE_CASES: readonly Vector[] = [
  ...WYCHEPROOF,
  taming('0', false, 'Key and R of order 8, s is 0; the equation holds.', {
    key: TORSION.toBytes(),
    r: torsion(-1n).toBytes(),
    s: () => 0n,
    fits: vanishes(-1n, REDUCED),
  }),
  taming('1', false, 'A key of order 8, R with a part of order 8; the equation holds.', {
    key: TORSION.toBytes(),
    r: mixed(-1n),
    s: () => NONCE,
    fits: vanishes(-1n, REDUCED),
  }),
  taming('2', false, 'R of order 8, a key with a part of order 8; the equation holds.', {
    key: MIXED_KEY.toBytes(),
    r: torsion(-1n).toBytes(),
    s: challenge => ((challenge % L) * SECRET) % L,
    fits: vanishes(-1n, REDUCED),
  }),
  taming('3', true, 'Key and R with parts of order 8 that cancel out: the equation holds without the cofactor.', {
    key: MIXED_KEY.toBytes(),
    r: mixed(-1n),
    s: sum,
    fits: challenge => vanishes(-1n, REDUCED)(challenge) && vanishes(-1n, WHOLE)(challenge),
  }),
  taming('4', false, 'Key and R with parts of order 8 that do not cancel out: it holds with the cofactor only.', {
    key: MIXED_KEY.toBytes(),
    r: mixed(-1n),
    s: sum,
    fits: challenge => !vanishes(-1n, REDUCED)(challenge) && !vanishes(-1n, WHOLE)(challenge),
  }),
  taming(
    '5-reduced',
    true,
    'A key with a part of order 8: it holds for the challenge that was reduced by L, and not for all of it.',
    {
      key: MIXED_KEY.toBytes(),
      r: GOOD_R,
      s: sum,
      fits: challenge => vanishes(0n, REDUCED)(challenge) && !vanishes(0n, WHOLE)(challenge),
    },
  ),
  taming('5-whole', false, 'The other way round: it holds for the challenge before it is reduced.', {
    key: MIXED_KEY.toBytes(),
    r: GOOD_R,
    s: sum,
    fits: challenge => !vanishes(0n, REDUCED)(challenge) && vanishes(0n, WHOLE)(challenge),
  }),
  taming('6', false, 's + L, below 2^253: the highest bits do not give it away.', {
    key: GOOD_KEY,
    r: GOOD_R,
    s: challenge => sum(challenge) + L,
    fits: challenge => sum(challenge) + L < 2n ** 253n,
  }),
  taming('7', false, 's + 15 L, with the highest bits set.', {
    key: GOOD_KEY,
    r: GOOD_R,
    s: challenge => sum(challenge) + 15n * L,
  }),
  ...[true, false].flatMap(isAsGiven => {
    const suffix = isAsGiven ? 'as-given' : 'reduced'
    const what = isAsGiven ? 'hashed as it is given' : 'hashed in its canonical form'
    const canonical = littleEndian(1n)
    return [
      taming(isAsGiven ? '9' : '8', false, `R is the neutral element as p + 1, ${what}; the equation holds.`, {
        key: GOOD_KEY,
        r: P_PLUS(1n),
        hashed: isAsGiven ? {} : { r: canonical },
        s: challenge => ((challenge % L) * SECRET) % L,
      }),
      taming(isAsGiven ? '11' : '10', false, `The key is the neutral element as p + 1, ${what}; the equation holds.`, {
        key: P_PLUS(1n),
        r: GOOD_R,
        hashed: isAsGiven ? {} : { key: canonical },
        s: () => NONCE,
      }),
      taming(`r-order-4-${suffix}`, false, `R is a point of order 4 as p, ${what}.`, {
        key: GOOD_KEY,
        r: P_PLUS(0n),
        hashed: isAsGiven ? {} : { r: littleEndian(0n) },
        s: challenge => ((challenge % L) * SECRET) % L,
      }),
    ]
  }),
  ...['key', 'r'].map(part =>
    taming(
      `${part}-sign-of-zero`,
      false,
      `The neutral element with the sign of an x that is 0, as ${part}; the equation holds.`,
      {
        key: part === 'key' ? littleEndian(1n + 2n ** 255n) : GOOD_KEY,
        r: part === 'r' ? littleEndian(1n + 2n ** 255n) : GOOD_R,
        s: challenge => (part === 'key' ? NONCE : ((challenge % L) * SECRET) % L),
      },
    ),
  ),
  taming(
    'key-minus-one-sign',
    false,
    'The point of order 2 with the sign of an x that is 0; the equation holds for an even challenge.',
    {
      key: littleEndian(P - 1n + 2n ** 255n),
      r: GOOD_R,
      s: () => NONCE,
      fits: challenge => (challenge % L) % 2n === 0n,
    },
  ),
]

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
