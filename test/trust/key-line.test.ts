import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatKeyLine, keysFor, parseKeyLines } from '../../src/trust/key-line.ts'
import { ALICE, BOB, pinLine } from '../support/trust-place.ts'

test('trust §2.3 what is written is read back, and what is read is written alike', () => {
  const comment = fc.stringMatching(/^[!-~é]{1,5}( [!-~]{1,5})?$/)
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,8}\*?$/), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), names, comment, (publicKey, names, comment) => {
      const line = { publicKey, names, comment }
      expect(parseKeyLines(Buffer.from(formatKeyLine(line)), 'x')).toEqual([line])
    }),
  )
})

test('a changed byte is refused by its code, or still a whole line', () => {
  const line = Buffer.from(pinLine(ALICE, 'a,b-*', 'x'))
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(line)
      changed[at] = byte
      try {
        for (const { publicKey } of parseKeyLines(changed, 'x')) expect(publicKey).toHaveLength(32)
      } catch (error) {
        expect(error).toMatchObject({ code: 'TRUST_LINE' })
      }
    }),
  )
})

test('a comment stays on its line', () => {
  const line = { publicKey: ALICE.publicKey, names: ['*'], comment: ' a\r\nflavor-ed25519 b\0 ' }
  expect(formatKeyLine(line).split('\n')).toHaveLength(1)
  expect(formatKeyLine(line)).toMatch(/ a flavor-ed25519 b$/)
})

test('trust §3 the keys for a name are those of lines with a pattern that matches', () => {
  const lines = parseKeyLines(Buffer.from(pinLine(ALICE, 'app,x') + pinLine(BOB, 'a*')), 'x')
  expect(keysFor(lines, 'app')).toEqual([ALICE.publicKey, BOB.publicKey])
  expect(keysFor(lines, 'x')).toEqual([ALICE.publicKey])
  expect(keysFor(lines, 'y')).toEqual([])
})
