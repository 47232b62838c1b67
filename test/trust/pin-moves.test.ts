import { expect, test } from 'vitest'
import type { KeyPair } from '../../src/crypto/keys.ts'
import { pinMoves } from '../../src/trust/pin-moves.ts'
import { ALICE, BOB, CAROL } from '../support/trust-place.ts'

const line = (key: KeyPair, ...names: string[]) => ({ publicKey: key.publicKey, names, comment: '' })
const step = (old: KeyPair, next: KeyPair, ...names: string[]) => {
  return { names, oldKey: old.publicKey, newKey: next.publicKey }
}
const moved = (from: ReturnType<typeof line>, ...steps: ReturnType<typeof step>[]) => {
  const people = { ALICE, BOB, CAROL }
  const who = (key: Uint8Array) => Object.entries(people).find(([, { publicKey }]) => publicKey === key)?.[0]
  return pinMoves([from], steps).map(({ to, covered }) => {
    return { to: to.map(({ publicKey, names }) => `${who(publicKey)} ${names}`), covered }
  })
}

test('trust §6 a pin goes where the statement of its key leads, and no other does', () => {
  expect(moved(line(ALICE, 'a'), step(ALICE, BOB, 'a'))).toEqual([{ to: ['BOB a'], covered: ['a'] }])
  expect(moved(line(ALICE, 'a'), step(ALICE, BOB, 'b'))).toEqual([])
  expect(moved(line(CAROL, 'a'), step(ALICE, BOB, 'a'))).toEqual([])
})

test('trust §6 names: what both are for, and what is left of the old pin', () => {
  expect(moved(line(ALICE, 'a', 'b'), step(ALICE, BOB, 'b'))).toEqual([{ to: ['BOB b'], covered: ['b'] }])
  expect(moved(line(ALICE, 'acme-x'), step(ALICE, BOB, 'acme-*'))).toEqual([
    { to: ['BOB acme-x'], covered: ['acme-x'] },
  ])
  expect(moved(line(ALICE, '*'), step(ALICE, BOB, 'a'))).toEqual([{ to: ['BOB a'], covered: [] }])
  expect(moved(line(ALICE, 'ab*'), step(ALICE, BOB, 'ac*'))).toEqual([])
})

test('trust §6 chains end at their last key, forks at each, circles nowhere', () => {
  const chain = [step(BOB, CAROL, '*'), step(ALICE, BOB, 'a')]
  expect(moved(line(ALICE, 'a'), ...chain)).toEqual([{ to: ['CAROL a'], covered: ['a'] }])
  expect(moved(line(ALICE, 'a*'), step(ALICE, BOB, 'a*'), step(BOB, CAROL, 'ab'))).toEqual([
    { to: ['BOB a*', 'CAROL ab'], covered: ['a*'] },
  ])
  expect(moved(line(ALICE, 'a'), step(ALICE, BOB, 'a'), step(ALICE, CAROL, 'a'))).toEqual([
    { to: ['BOB a', 'CAROL a'], covered: ['a'] },
  ])
  expect(moved(line(ALICE, 'a'), step(ALICE, BOB, 'a'), step(BOB, ALICE, 'a'))).toEqual([])
})
