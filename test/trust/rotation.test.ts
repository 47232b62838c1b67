import { expect, test } from 'vitest'
import { followsByRotation, parseRotations, rotationLines, signRotation } from '../../src/trust/rotation.ts'
import { ALICE, BOB, CAROL } from '../support/trust-place.ts'

const statement = await signRotation(['app', 'x-*'], ALICE, BOB.publicKey)
const read = (text: string) => parseRotations(Buffer.from(text), 'x')

test('trust §6 a statement is read back, and leads from one key to the other', () => {
  const found = read(`# why\n${statement} because\n`)
  expect(found).toEqual([{ names: ['app', 'x-*'], oldKey: ALICE.publicKey, newKey: BOB.publicKey }])
  expect(followsByRotation(found, 'x-y', ALICE.publicKey, BOB.publicKey)).toBe(true)
  expect(followsByRotation(found, 'y', ALICE.publicKey, BOB.publicKey)).toBe(false)
  expect(followsByRotation(found, 'app', BOB.publicKey, ALICE.publicKey)).toBe(false)
  expect(followsByRotation(found, 'app', ALICE.publicKey, CAROL.publicKey)).toBe(false)
})

test('trust §6 no changed letter of a statement is taken', () => {
  for (let at = 0; at < statement.length; at++) {
    const changed = `${statement.slice(0, at)}${statement[at] === 'A' ? 'B' : 'A'}${statement.slice(at + 1)}`
    expect(() => read(changed), changed).toThrow(expect.objectContaining({ code: 'ROTATION_INVALID' }))
  }
})

test('lines for a package have no comments', () => {
  expect(rotationLines(Buffer.from(`# why\n  ${statement}  because\n`), 'x')).toEqual([statement])
})
