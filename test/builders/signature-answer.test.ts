import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signatureOf } from '../../src/builders/signature-answer.ts'

const bytes64 = fc.uint8Array({ minLength: 64, maxLength: 64 })

test('raw bytes, hex digits and base64 give the same signature, with white space around the text', () => {
  fc.assert(
    fc.property(bytes64, fc.constantFrom('', '\n', '\r\n', ' \n'), (bytes, end) => {
      const [hex, base64] = [Buffer.from(bytes).toString('hex'), Buffer.from(bytes).toString('base64')]
      const lines = base64.replace(/.{64}/g, '$&\n')
      for (const text of [hex, hex.toUpperCase(), base64, lines]) {
        expect(signatureOf(Buffer.from(`${text}${end}`))).toEqual(bytes)
      }
      expect(signatureOf(bytes)).toEqual(bytes)
    }),
  )
})

test('nothing else is a signature', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      fc.pre(bytes.length !== 64)
      const found = signatureOf(bytes)
      if (found === undefined) return
      const text = Buffer.from(bytes).toString('latin1').replace(/\s/g, '').toLowerCase()
      expect([Buffer.from(found).toString('hex'), Buffer.from(found).toString('base64').toLowerCase()]).toContain(text)
    }),
  )
  const raw = Buffer.alloc(64, 1)
  for (const answer of [
    Buffer.concat([raw, Buffer.from('\n')]),
    raw.subarray(1),
    Buffer.from(raw.toString('hex').slice(1)),
    Buffer.from(raw.toString('base64url').replaceAll('A', '_')),
    Buffer.from(`signature: ${raw.toString('base64')}`),
    Buffer.alloc(0),
  ]) {
    expect(signatureOf(answer)).toBeUndefined()
  }
})
