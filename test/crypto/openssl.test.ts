import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { signEd25519, verifyEd25519 } from '../../src/crypto/ed25519.ts'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { callOpensslDirectly, directOpenssl, type Openssl } from '../../src/crypto/openssl.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'

const KEY = keyPairFromSeedText('test123')

function openssl(): Openssl {
  const direct = directOpenssl()
  if (direct === undefined) throw new Error('the pinned Node can call OpenSSL')
  return direct
}

test('nothing is called directly unless it was asked for', () => {
  expect(directOpenssl()).toBeUndefined()
})

describe('§5.7 OpenSSL without node:crypto', () => {
  beforeAll(() => callOpensslDirectly())

  test('gives the SHA-256 that node:crypto gives, of any bytes, also in the middle of a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, start) => {
        const part = bytes.subarray(start)
        expect(sha256Hex(part)).toBe(createHash('sha256').update(part).digest('hex'))
      }),
    )
  })

  test('accepts what was signed, and nothing with a bit changed', () => {
    const position = fc.nat({ max: 8 * 200 })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), position, (message, bit) => {
        const signature = signEd25519(message, KEY)
        expect(openssl().verifyEd25519(signature, message, KEY.publicKey)).toBe(true)
        const all = Buffer.concat([signature, KEY.publicKey, message])
        const at = (bit >> 3) % all.length
        all.writeUInt8(all.readUInt8(at) ^ (1 << (bit & 7)), at)
        const parts = [all.subarray(0, 64), all.subarray(96), all.subarray(64, 96)] as const
        expect(openssl().verifyEd25519(...parts) ?? false).toBe(false)
        expect(verifyEd25519(...parts)).toBe(false)
      }),
    )
  })

  // OpenSSL itself accepts keys of small order, which node:crypto looks for too: our own checks go first, whoever verifies.
  test('every edge case ends as its vector says', () => {
    const directory = join(import.meta.dirname, '../../spec/vectors/ed25519')
    const names = readdirSync(directory).filter(name => name.endsWith('.json'))
    expect(names.length).toBeGreaterThan(15)
    for (const name of names) {
      const { input, expect: want } = JSON.parse(readFileSync(join(directory, name), 'utf8'))
      const bytes = (field: string) => Buffer.from(input[field], 'hex')
      const answer = verifyEd25519(bytes('signature'), bytes('message'), bytes('public_key'))
      expect({ name, answer }).toEqual({ name, answer: 'ok' in want })
    }
  })

  test('a refusal leaves nothing behind for node:crypto', () => {
    openssl().verifyEd25519(new Uint8Array(64), Buffer.from('x'), KEY.publicKey)
    expect(() => signEd25519(Buffer.from('x'), KEY)).not.toThrow()
  })

  test('cannot be asked about a key of another length', () => {
    expect(openssl().verifyEd25519(new Uint8Array(64), new Uint8Array(1), new Uint8Array(31))).toBeUndefined()
  })
})
