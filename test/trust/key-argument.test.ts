import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyId } from '../../src/crypto/key-id.ts'
import { encodePublicKeyPem } from '../../src/crypto/keys.ts'
import { namedKeys, readKeyArgument } from '../../src/trust/key-argument.ts'
import { scratch } from '../support/scratch.ts'
import { ALICE, BOB, pinLine } from '../support/trust-place.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const hex = (key: typeof ALICE) => Buffer.from(key.publicKey).toString('hex')

function file(content: string | Uint8Array): string {
  const path = join(scratch(), 'key')
  writeFileSync(path, content)
  return path
}

test('a key is a line, digits, or a file of lines, PEM or raw bytes', () => {
  const line = pinLine(ALICE, 'a', 'Alice')
  const given = [line, ` ${line}`, hex(ALICE), hex(ALICE).toUpperCase()]
  const files = [line, encodePublicKeyPem(ALICE.publicKey), ALICE.publicKey, `# x\n${line}`].map(file)
  for (const argument of [...given, ...files])
    expect(readKeyArgument(argument)[0]?.publicKey, argument).toEqual(ALICE.publicKey)
  expect(readKeyArgument(file(line + pinLine(BOB, '*')))).toMatchObject([
    { names: ['a'], comment: 'Alice' },
    { names: ['*'] },
  ])
  expect(readKeyArgument(hex(ALICE))[0]).not.toHaveProperty('names')
})

test('§5.7 a weak key is refused in every form', () => {
  const weak = Buffer.alloc(32)
  for (const argument of [weak.toString('hex'), `flavor-ed25519 ${weak.toString('base64')} *`, file(weak)]) {
    expect(() => readKeyArgument(argument)).toThrow(code('KEY_WEAK'))
  }
  expect(() => readKeyArgument('nowhere')).toThrow(code('KEY_FILE'))
  expect(() => readKeyArgument('flavor-ed25519 x')).toThrow(code('TRUST_LINE'))
})

test('§1.3 --key names a key by file, by digits or by id', () => {
  const pem = file(encodePublicKeyPem(ALICE.publicKey))
  for (const pin of [pem, hex(ALICE), hex(ALICE).toUpperCase(), keyId(ALICE.publicKey), pinLine(ALICE, '*')]) {
    const [named, ...more] = namedKeys(pin)
    expect(more).toEqual([])
    expect([named?.isKey(ALICE.publicKey), named?.isKey(BOB.publicKey)]).toEqual([true, false])
  }
  expect(namedKeys(pem)[0]?.text).toBe(`${keyId(ALICE.publicKey)} as in ${pem}`)
  // Half of an id is not an id, but the name of a file.
  expect(() => namedKeys('9cd6f6b4')).toThrow(code('KEY_FILE'))
})
