import { expect, test } from 'vitest'
import { parseKeyLines } from '../../src/trust/key-line.ts'
import { checkPins, type Keyring } from '../../src/trust/pins.ts'
import { ALICE, BOB, CAROL, pinLine } from '../support/trust-place.ts'

const pkg = { path: 'x', name: 'app', publicKey: ALICE.publicKey }
const ring = (keyring: Keyring['keyring'], text: string) => ({
  keyring,
  where: '/k',
  lines: parseKeyLines(Buffer.from(text), keyring),
})

test('trust §3 one keyring narrows what another allows', () => {
  const [mine, others] = [ring('user', pinLine(ALICE, 'app')), ring('system', pinLine(BOB, 'other'))]
  expect(checkPins(pkg, [others, mine])).toEqual([mine])
  expect(() => checkPins(pkg, [mine, ring('system', pinLine(BOB, 'a*'))])).toThrow(
    expect.objectContaining({ code: 'KEY_UNTRUSTED' }),
  )
})

test('a refusal says who signed, whom the keyring has, and where', () => {
  const user = ring('user', pinLine(BOB, 'app') + pinLine(CAROL, '*'))
  expect(() => checkPins(pkg, [user])).toThrow(
    /^x: signed by key [0-9a-f]{16}, expected [0-9a-f]{16} or one of 1 more: the user keyring \/k has it for "app" \(trust §3\)$/,
  )
})
