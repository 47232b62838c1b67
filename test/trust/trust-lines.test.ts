import { expect, test } from 'vitest'
import { type LineKind, lineError, trustLines } from '../../src/trust/trust-lines.ts'

const KIND: LineKind = { code: 'TRUST_LINE', maxBytes: 100, fields: 3, type: 'flavor-x', spec: 'trust §2.3' }
const refused = expect.objectContaining({ code: 'TRUST_LINE' })

test('trust §2.3 lines are cut at blanks, the rest of the line is the last field', () => {
  const text = '# a\n\n \t b\tc  d  e \t\r\n# f\n\tg\nh i'
  expect(trustLines(Buffer.from(text), 'x', KIND)).toEqual([
    { fields: ['b', 'c', 'd  e'], number: 3 },
    { fields: ['g', '', ''], number: 5 },
    { fields: ['h', 'i', ''], number: 6 },
  ])
})

test('trust §2.3 what is no text, or too much of it, is refused', () => {
  for (const bytes of [Buffer.from([0xff]), Buffer.from('a\0'), Buffer.alloc(101, 'a')]) {
    expect(() => trustLines(bytes, 'x', KIND)).toThrow(refused)
  }
  expect(trustLines(Buffer.alloc(100, 'a'), 'x', KIND)).toHaveLength(1)
})

test('a refusal of a line says where, and does not show all of a long one', () => {
  const error = lineError(KIND, '/k', 7, 'x'.repeat(100), 'less')
  expect(error.message).toBe(`/k:7: found "${'x'.repeat(77)}...", expected less (trust §2.3)`)
  expect(error.detail).toMatchObject({ file: '/k', line: '7', want: 'less' })
})
