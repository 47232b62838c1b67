import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMetadataJson } from '../../src/format/metadata-json.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

const parse = (text: string) => parseMetadataJson(Buffer.from(text))

test('§5.2 plain JSON is what JSON.parse makes of it', () => {
  const text = ' {"a": [1, -2, 9007199254740991, true, null], "b": {"c": "\\u00e9\\n\\ud83d\\udce6 {[,:1.5"}, "": ""}\n'
  expect(parse(text)).toEqual(JSON.parse(text))
})

describe('§5.2 refuses', () => {
  test.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a code point above U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0xd8]],
  ])('%s', (_, bytes) => {
    expect(() => parseMetadataJson(Uint8Array.from(bytes))).toThrow(refusal('METADATA_UTF8'))
  })

  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"a":[],"b":{},"a":""}}',
    '[{"a":{"b":[1,{"c":1,"c":1}]}}]',
    '{"":0,"":0}',
  ])('a key that is there twice, of which each reader takes another: %s', text => {
    expect(() => parse(text)).toThrow(refusal('METADATA_DUPLICATE_KEY'))
  })

  test.each(['1.0', '1e3', '1E0', '-0', '9007199254740992', '-9007199254740992', '1e999', '0.1', '[01]'])(
    'a number that not every reader holds exactly: %s',
    text => expect(() => parse(`{"size":${text}}`)).toThrow(refusal('METADATA_NUMBER')),
  )

  test.each([
    '',
    ' ',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1}}',
    '{}{}',
    'NaN',
    '{"a"}',
    '"\u0001"',
    '// c\n{}',
    '"\\x"',
    '[1,]',
  ])('what is not JSON: %j', text => expect(() => parse(text)).toThrow(refusal('METADATA_JSON')))

  test.each(['{"a":"\\ud800"}', '{"\\udc00":1}', '["\\udce6\\ud83d"]', '"\\uD83D x"'])(
    'half of a surrogate pair, which is no character: %s',
    text => expect(() => parse(text)).toThrow(refusal('METADATA_JSON')),
  )

  test.each(['{"__proto__":{}}', '{"a":{"constructor":1}}', '{"proto\\u0074ype":1}'])(
    'a key that JavaScript takes for its own: %s',
    text => expect(() => parse(text)).toThrow(refusal('METADATA_JSON')),
  )

  test('more than 32 levels, before a parser can recurse', () => {
    expect(parse('['.repeat(32) + ']'.repeat(32))).toBeInstanceOf(Array)
    expect(() => parse('['.repeat(33) + ']'.repeat(33))).toThrow(refusal('METADATA_DEPTH'))
    expect(() => parse('{"a":'.repeat(33))).toThrow(refusal('METADATA_DEPTH'))
    expect(() => parse('['.repeat(1_000_000))).toThrow(refusal('METADATA_DEPTH'))
  })
})

test('§5.2 the same key in two objects is fine, and so are values that look like keys', () => {
  expect(parse('{"a":{"a":"a"},"b":["a","a"],"c":[{"a":1},{"a":1}]}')).toBeDefined()
})

test('§5.2 any JSON of strings and integers reads as JSON.parse does', () => {
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger().map(number => number + 0),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4 }),
    ),
  }))
  const own = (json: string) => !/"(?:__proto__|prototype|constructor)"|-0/.test(json)
  fc.assert(
    fc.property(value.map(one => JSON.stringify(one, null, 1)).filter(own), json => {
      expect(parse(json)).toEqual(JSON.parse(json))
    }),
  )
})

test('§5.2 any bytes give a value or a known refusal', () => {
  const tokens = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '\\', '\\u', '1', '-', '.', 'e', 'null', ' ')
  const texts = fc.array(tokens, { maxLength: 30 }).map(parts => new Uint8Array(Buffer.from(parts.join(''))))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), texts), bytes => {
      valueOrRefusal(() => parseMetadataJson(bytes))
    }),
    { numRuns: 1000 },
  )
})
