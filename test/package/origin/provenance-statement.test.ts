import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OriginError } from '../../../src/package/origin/origin-error.ts'
import { encodeStatement, parseStatement, revisionOf } from '../../../src/package/origin/provenance-statement.ts'
import { PREDICATE } from '../../support/origin-sample.ts'

const SUBJECT = [{ name: 'launcher', digest: { sha256: '00'.repeat(32) } }]
const parse = (bytes: Uint8Array) => parseStatement(bytes, 'slot 1 (provenance)')

test('a statement reads back, and says which revision it is about', () => {
  const statement = parse(encodeStatement(SUBJECT, PREDICATE))
  expect(statement).toMatchObject({ subject: SUBJECT, predicate: PREDICATE })
  expect(revisionOf(statement)).toEqual({ commit: 'ab'.repeat(20), isDirty: true })
  const without = { ...PREDICATE, buildDefinition: { ...PREDICATE.buildDefinition, resolvedDependencies: [] } }
  expect(revisionOf(parse(encodeStatement(SUBJECT, without)))).toBeUndefined()
})

test('§5.8 refuses another form of statement', () => {
  const good = JSON.parse(Buffer.from(encodeStatement(SUBJECT, PREDICATE)).toString())
  const changes = [
    { _type: 'other' },
    { predicateType: 'other' },
    { subject: [{ name: 'x', digest: { sha256: 'short' } }] },
    { subject: [{ name: 'x', digest: { sha256: '00'.repeat(32), md5: '0' } }] },
    { predicate: {} },
  ]
  for (const change of changes) {
    const bytes = Buffer.from(JSON.stringify({ ...good, ...change }))
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code: 'PROVENANCE_FORM' }))
  }
})

test('any bytes are read or refused by name', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map(text => Buffer.from(text)),
      ),
      bytes => {
        expect(() => parse(bytes)).toThrow(OriginError)
      },
    ),
  )
})
