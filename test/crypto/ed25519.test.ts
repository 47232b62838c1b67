import * as noble from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isStrictPoint, publicKeyOfSeed, signEd25519, verifyEd25519 } from '../../src/crypto/ed25519.ts'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'

const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const KEY = keyPairFromSeedText('test')
const MESSAGE = Buffer.from('message')
const STRICT = { zip215: false }

beforeAll(() => {
  noble.hashes.sha512 = sha512
})

test('RFC 8032 §7.1, test 2: key, signature and verification', () => {
  const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
  const publicKey = publicKeyOfSeed(seed)
  const signature = signEd25519(Uint8Array.of(0x72), { seed, publicKey })
  expect(Buffer.from(publicKey).toString('hex')).toBe(
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  )
  expect(Buffer.from(signature).toString('hex')).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
  expect(verifyEd25519(signature, Uint8Array.of(0x72), publicKey)).toBe(true)
})

test('agrees with @noble/ed25519 in strict mode, on good signatures and on flipped bits', () => {
  const flip = fc.option(fc.record({ part: fc.constantFrom(0, 1, 2), bit: fc.nat(511) }))
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 1 }),
      flip,
      (seed, message, flipped) => {
        const publicKey = publicKeyOfSeed(seed)
        expect(publicKey).toEqual(noble.getPublicKey(seed))
        const signature = signEd25519(message, { seed, publicKey })
        expect(signature).toEqual(noble.sign(message, seed))
        if (flipped) flipBit([signature, message, publicKey][flipped.part] ?? signature, flipped.bit)
        expect(verifyEd25519(signature, message, publicKey)).toBe(noble.verify(signature, message, publicKey, STRICT))
        expect(verifyEd25519(signature, message, publicKey)).toBe(flipped === null)
      },
    ),
    { numRuns: 60 },
  )
})

test('any bytes as signature and key are false, never an exception', () => {
  const any = fc.uint8Array({ maxLength: 70 })
  const sized = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
  fc.assert(
    fc.property(fc.oneof(any, sized(64)), fc.oneof(any, sized(32)), (signature, publicKey) => {
      expect(verifyEd25519(signature, MESSAGE, publicKey)).toBe(false)
    }),
  )
})

describe('§5.7 points', () => {
  const torsion = torsionPoints()

  test('there are eight points of small order, and every encoding of each is refused', () => {
    expect(new Set(torsion.map(point => point.toHex())).size).toBe(8)
    const encodings = torsion.flatMap(point => everyEncoding(point.toAffine()))
    // Ten with y < p, four with y + p < 2^255.
    expect(encodings).toHaveLength(14)
    for (const bytes of encodings) expect(isStrictPoint(bytes), Buffer.from(bytes).toString('hex')).toBe(false)
  })

  test('every y from p to 2^255 - 1 is refused, with and without the sign bit', () => {
    for (let y = P; y < 2n ** 255n; y++) {
      expect(isStrictPoint(bytesOf(y))).toBe(false)
      expect(isStrictPoint(bytesOf(y + 2n ** 255n))).toBe(false)
    }
  })

  test('all other y are left to the equation', () => {
    expect(isStrictPoint(bytesOf(2n))).toBe(true)
    expect(isStrictPoint(bytesOf(P - 2n))).toBe(true)
    expect(isStrictPoint(KEY.publicKey)).toBe(true)
    expect(isStrictPoint(KEY.publicKey.subarray(1))).toBe(false)
  })
})

describe('§5.7 signatures that some verifier accepts and none should', () => {
  test('small-order key: one signature holds for every message, and ZIP 215 takes it', () => {
    const identity = bytesOf(1n)
    const signature = Buffer.concat([noble.Point.BASE.toBytes(), bytesOf(1n)])
    expect(noble.verify(signature, MESSAGE, identity)).toBe(true)
    expect(verifyEd25519(signature, MESSAGE, identity)).toBe(false)
    expect(noble.verify(signature, MESSAGE, identity, STRICT)).toBe(false)
  })

  test('small-order R: a signature with R = 0 that the equation holds for', () => {
    const { scalar } = noble.utils.getExtendedPublicKey(KEY.seed)
    const R = bytesOf(1n)
    const signature = Buffer.concat([R, bytesOf((challenge(R, KEY.publicKey, MESSAGE) * scalar) % L)])
    expect(noble.verify(signature, MESSAGE, KEY.publicKey)).toBe(true)
    expect(verifyEd25519(signature, MESSAGE, KEY.publicKey)).toBe(false)
  })

  test('s + L: the same signature in other bytes', () => {
    const signature = signEd25519(MESSAGE, KEY)
    for (let s = numberOf(signature.subarray(32)) + L; s < 2n ** 256n; s += L) {
      const other = Buffer.concat([signature.subarray(0, 32), bytesOf(s)])
      expect(verifyEd25519(other, MESSAGE, KEY.publicKey)).toBe(false)
    }
    expect(verifyEd25519(signature, MESSAGE, KEY.publicKey)).toBe(true)
  })

  test.each(['key', 'R'] as const)('a %s that is not canonical: y + p stands for the same point', part => {
    const [point, scalarSum] = smallYPoint()
    const bytes = bytesOf(point + P)
    const signature = Buffer.concat([part === 'R' ? bytes : noble.Point.BASE.toBytes(), bytesOf(scalarSum)])
    expect(verifyEd25519(signature, MESSAGE, part === 'key' ? bytes : KEY.publicKey)).toBe(false)
  })

  test('a key with a part of order 8: accepted exactly where the equation holds without the cofactor', () => {
    const [, torsion] = torsionPoints()
    const a = 7n
    const mixed = noble.Point.BASE.multiply(a).add(torsion ?? noble.Point.ZERO)
    const publicKey = mixed.toBytes()
    const R = noble.Point.BASE.multiply(5n).toBytes()
    const seen = new Set<boolean>()
    for (let n = 0; n < 64; n++) {
      const message = Uint8Array.of(n)
      const k = challenge(R, publicKey, message)
      const signature = Buffer.concat([R, bytesOf((5n + k * a) % L)])
      const holds = k % 8n === 0n
      seen.add(holds)
      // @noble multiplies by the cofactor and accepts all of them; dalek and OpenSSL do not.
      expect(noble.verify(signature, message, publicKey, STRICT)).toBe(true)
      expect(verifyEd25519(signature, message, publicKey)).toBe(holds)
    }
    expect(seen.size).toBe(2)
  })
})

function torsionPoints() {
  const generator = Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 'hex')
  const point = noble.Point.fromBytes(generator)
  const points = [noble.Point.ZERO]
  for (let n = 1; n < 8; n++) points.push((points[n - 1] ?? point).add(point))
  expect((points[7] ?? point).add(point).is0()).toBe(true)
  return points
}

/** Both signs where x is 0, and y + p where it fits into 255 bits. */
function everyEncoding({ x, y }: { x: bigint; y: bigint }): Uint8Array[] {
  const signs = x === 0n ? [0n, 1n] : [x & 1n]
  const ys = y + P < 2n ** 255n ? [y, y + P] : [y]
  return ys.flatMap(value => signs.map(sign => bytesOf(value + sign * 2n ** 255n)))
}

/** The smallest y above 1 of a point, for which y + p still fits into 255 bits. */
function smallYPoint(): [y: bigint, s: bigint] {
  for (let y = 2n; y < 19n; y++) {
    try {
      noble.Point.fromBytes(bytesOf(y))
      return [y, 3n]
    } catch {}
  }
  throw new Error('no such point')
}

function challenge(R: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  return numberOf(sha512(Buffer.concat([R, publicKey, message]))) % L
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse())
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function flipBit(bytes: Uint8Array, bit: number): void {
  const position = (bit >> 3) % bytes.length
  bytes[position] = (bytes[position] ?? 0) ^ (1 << (bit & 7))
}
