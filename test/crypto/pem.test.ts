import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePem, looksLikePem, parsePem } from '../../src/crypto/pem.ts'

const GOOD = encodePem('PUBLIC KEY', Uint8Array.of(1, 2, 3))

test('RFC 7468: what is written is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const text = Buffer.from(encodePem('PRIVATE KEY', bytes))
      expect(looksLikePem(text)).toBe(true)
      expect(parsePem(text, 'key')).toEqual({ label: 'PRIVATE KEY', bytes })
    }),
  )
})

test('accepts CRLF and white space around the block', () => {
  const text = `\r\n  ${GOOD.replaceAll('\n', '\r\n')}\r\n\n`
  expect(parsePem(Buffer.from(text), 'key').bytes).toEqual(Uint8Array.of(1, 2, 3))
})

test.each([
  ['a second block', GOOD + GOOD],
  ['text before the block', `comment\n${GOOD}`],
  ['text behind the block', `${GOOD}comment`],
  ['labels that differ', GOOD.replace('END PUBLIC', 'END PRIVATE')],
  ['no end line', GOOD.slice(0, 40)],
  [
    'headers, which only encrypted keys of the old kind have',
    GOOD.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n'),
  ],
  ['base64 that is not padded', GOOD.replace('AQID', 'AQI')],
  ['base64 with bits behind its end', GOOD.replace('AQID', 'AQJ=')],
  ['a file of another kind', `${GOOD}${'\n'.repeat(20_000)}`],
])('refuses %s', (_, text) => {
  expect(() => parsePem(Buffer.from(text), 'key')).toThrowError(expect.objectContaining({ code: 'KEY_FORMAT' }))
})

test('a damaged block is never quoted: it may be a private key', () => {
  const text = Buffer.from('-----BEGIN PRIVATE KEY-----\nSECRETSECRET*\n-----END PRIVATE KEY-----\n')
  expect(() => parsePem(text, 'key')).toThrowError(
    expect.not.objectContaining({ message: expect.stringContaining('SECRET') }),
  )
})
