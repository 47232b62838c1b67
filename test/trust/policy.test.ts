import { expect, test } from 'vitest'
import { decideTrust, type TrustState, timeText } from '../../src/trust/policy.ts'
import { ALICE, BOB } from '../support/trust-place.ts'

const pkg = { path: 'x', name: 'app', version: '1', publicKey: ALICE.publicKey }
const state: TrustState = {
  ...{ policy: 'open', keyrings: [], memory: [], rotations: [], namedKeys: [], signatures: [], now: 1000 },
}
const code = (expected: string) => expect.objectContaining({ code: expected })

test('trust §4 an open decision leaves the memory as it is', () => {
  expect(decideTrust(pkg, state)).toEqual({ pinnedBy: [], memory: state.memory })
})

test('trust §4 the first package decides for the second', () => {
  const { memory, seen } = decideTrust(pkg, { ...state, policy: 'tofu' })
  expect(seen).toBe('first')
  expect(() => decideTrust({ ...pkg, publicKey: BOB.publicKey }, { ...state, policy: 'tofu', memory })).toThrow(
    code('KEY_CHANGED'),
  )
})

test('trust §8 a time beyond the calendar is one in the future', () => {
  expect(decideTrust({ ...pkg, expires: Number.MAX_SAFE_INTEGER }, state).pinnedBy).toEqual([])
  expect(timeText(Number.MAX_SAFE_INTEGER)).toBe('second 9007199254740991')
  expect(timeText(0)).toBe('1970-01-01T00:00:00Z')
  expect(() => decideTrust({ ...pkg, expires: 1000 }, state)).toThrow(
    'x: expired at 1970-01-01T00:16:40Z, expected a time after 1970-01-01T00:16:40Z (trust §8)',
  )
})

test('trust §7.2 a refusal says how many of whom', () => {
  const named = { text: 'b', isKey: (key: Uint8Array) => Buffer.compare(key, BOB.publicKey) === 0 }
  expect(() => decideTrust(pkg, { ...state, namedKeys: [named] })).toThrow(code('KEY_UNEXPECTED'))
  expect(() => decideTrust(pkg, { ...state, namedKeys: [named], threshold: 2, signatures: [BOB.publicKey] })).toThrow(
    'x: 1 of its 2 signers count, expected 2 of 1 keys that were named (trust §7.2)',
  )
})
