import { expect, test } from 'vitest'
import { formatDetached, parseDetached, signDetached } from '../../src/trust/detached-signature.ts'
import { ALICE, BOB } from '../support/trust-place.ts'

const HASH = 'ab'.repeat(32)
const line = formatDetached(await signDetached(HASH, ALICE, 'Alice\n'))

test('trust §7.1 signatures are read back, in their order', async () => {
  const text = `${line}\n${formatDetached(await signDetached(HASH, BOB))}\n`
  const found = parseDetached(Buffer.from(text), 'x', HASH)
  expect(found.map(({ publicKey, comment }) => [publicKey, comment])).toEqual([
    [ALICE.publicKey, 'Alice'],
    [BOB.publicKey, ''],
  ])
})

test('trust §7.1 no changed letter of key or signature is taken, and no other file', () => {
  const refused = expect.objectContaining({ code: 'DETACHED_SIGNATURE' })
  for (let at = 0; at < line.length - ' Alice'.length; at++) {
    const changed = `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`
    expect(() => parseDetached(Buffer.from(changed), 'x', HASH), changed).toThrow(refused)
  }
  expect(() => parseDetached(Buffer.from(line), 'x', 'cd'.repeat(32))).toThrow(refused)
  expect(() => parseDetached(Buffer.from(''), 'x', HASH)).toThrow(refused)
})
