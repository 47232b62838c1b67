import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readKeyring, readKeyrings, readKeysFile } from '../../src/trust/keyring.ts'
import { ALICE, BOB, CAROL, pinLine, trustPlace } from '../support/trust-place.ts'

test('trust §2.2 two files are read for a name, and nothing else', () => {
  const place = trustPlace({
    'all.keys': pinLine(ALICE, '*'),
    'for-a_b.keys': pinLine(BOB, 'a%20b'),
    'for-other.keys': pinLine(CAROL, '*'),
    notes: 'no key line',
  })
  const keys = (name: string) => readKeyring(place, name).lines.map(({ publicKey }) => publicKey)
  expect(keys('a b')).toEqual([ALICE.publicKey, BOB.publicKey])
  expect(keys('c')).toEqual([ALICE.publicKey])
})

test('trust §2.2 a keyring that is not there is none, and a damaged one is refused with its place', () => {
  const place = trustPlace({ 'all.keys': 'x\n' })
  expect(readKeyrings([{ ...place, path: join(place.path, 'none') }], 'a')).toEqual([])
  expect(() => readKeyrings([place], 'a')).toThrow(`${place.path}/all.keys:1: found "x", expected flavor-ed25519`)
  expect(readKeysFile(join(place.path, 'none'), place.owners)).toEqual([])
})
