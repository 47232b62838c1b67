import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateKeyPair } from '../../../src/crypto/keys.ts'
import { openEnvelope, preAuthenticationEncoding, sealStatement } from '../../../src/package/origin/dsse-envelope.ts'
import { OriginError } from '../../../src/package/origin/origin-error.ts'
import { TEST_KEY } from '../../support/sample-plan.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const BODY = Buffer.from('{"_type":"x"}')
const open = (bytes: Uint8Array, key = TEST_KEY) => openEnvelope(bytes, key.publicKey, 'slot 1 (provenance)')
const changed = async (change: (envelope: { payload: string; payloadType: string; signatures: object[] }) => void) => {
  const envelope = JSON.parse(Buffer.from(await sealStatement(BODY, TEST_KEY)).toString())
  change(envelope)
  return Buffer.from(JSON.stringify(envelope))
}

test('§5.8 the encoding that is signed is the example of DSSE 1.0', () => {
  const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
  expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})

test('what was sealed opens, and the same statement gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async body => {
      const sealed = await sealStatement(body, TEST_KEY)
      expect(Buffer.from(open(sealed)).equals(body)).toBe(true)
      expect(Buffer.compare(sealed, await sealStatement(body, TEST_KEY))).toBe(0)
    }),
  )
})

test('§5.8 refuses provenance that somebody else vouches for', async () => {
  const sealed = await sealStatement(BODY, generateKeyPair())
  expect(() => open(sealed)).toThrow(code('PROVENANCE_SIGNATURE'))
  const other = await changed(envelope => Object.assign(envelope.signatures[0] ?? {}, { keyid: '0000000000000000' }))
  expect(() => open(other)).toThrow(code('PROVENANCE_SIGNATURE'))
  const longer = await changed(envelope => Object.assign(envelope, { payload: Buffer.from('{}').toString('base64') }))
  expect(() => open(longer)).toThrow(code('PROVENANCE_SIGNATURE'))
})

test('§5.8 refuses another form of envelope', async () => {
  const forms = [
    Buffer.from('no JSON'),
    Buffer.from([0xff]),
    Buffer.from('{}'),
    await changed(envelope => Object.assign(envelope, { payloadType: 'text/plain' })),
    await changed(envelope => envelope.signatures.push({ keyid: '', sig: '' })),
    await changed(envelope => Object.assign(envelope, { payload: `${envelope.payload}\n` })),
  ]
  for (const form of forms) expect(() => open(form)).toThrow(code('PROVENANCE_FORM'))
})

test('any bytes are opened or refused by name', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map(text => Buffer.from(text)),
      ),
      bytes => {
        expect(() => open(bytes)).toThrow(OriginError)
      },
    ),
  )
})
