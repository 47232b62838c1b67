import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainDocument, plainJson, plainLines, plainText } from '../../../src/cli/ui/plain-text.ts'

test.each([
  ['plain', 'plain'],
  ['Ünïcode 名前 🚀', 'Ünïcode 名前 🚀'],
  ['\u001b[2J\u0007', '\\x1b[2J\\x07'],
  ['a\nb\tc\r', 'a\\nb\\tc\\r'],
  ['\u009b31m\u007f', '\\x9b31m\\x7f'],
  ['user\u202egnp.exe', 'user\\u202egnp.exe'],
  ['\u2066x\u2069\u200b\ufeff', '\\u2066x\\u2069\\u200b\\ufeff'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\ud800', '\ufffd'],
])('%j becomes %j', (text, expected) => {
  expect(plainText(text)).toBe(expected)
})

test('lines of somebody else are indented, so that none looks like ours', () => {
  expect(plainLines('first\nflavor: error[X]: fake\r\n')).toBe('first\n  flavor: error[X]: fake')
})

test('nothing that a terminal acts on is left', () => {
  const character = fc
    .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x2000, max: 0x2100 }))
    .map(String.fromCharCode)
  fc.assert(
    fc.property(fc.string({ unit: character }), text => {
      expect(plainText(text)).toMatch(/^[^\p{Cc}\p{Bidi_Control}]*$/u)
    }),
  )
})

test('JSON means the same, without characters that a terminal acts on', () => {
  const value = { 'k\u009b': '\u001b[2J\u202e\u{e0041}\ud800 ü' }
  expect(plainJson(value)).toMatch(/^[^\p{Cc}\p{Bidi_Control}\u{e0041}]*$/u)
  expect(JSON.parse(plainJson(value))).toEqual(value)
})

test('a document of somebody else means the same and moves no cursor', () => {
  const document = '{\n "a": "\u202e\u009b"\n}\n'
  const shown = plainDocument(document)
  expect(shown).toBe('{\n "a": "\\u202e\\u009b"\n}\n')
  expect(JSON.parse(shown)).toEqual(JSON.parse(document))
})
