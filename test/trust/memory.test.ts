import fc from 'fast-check'
import { expect, test } from 'vitest'
import { currentKey, formatMemory, highestVersion, type Memory, parseMemory, remember } from '../../src/trust/memory.ts'
import { ALICE, BOB } from '../support/trust-place.ts'

const refused = expect.objectContaining({ code: 'TRUST_LINE' })
const read = (text: string | Uint8Array) => parseMemory(Buffer.from(text), 'seen')
const packages = fc.array(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 3 }),
    version: fc.oneof(fc.string({ maxLength: 3 }), fc.constant('-')),
    publicKey: fc.constantFrom(ALICE.publicKey, BOB.publicKey),
  }),
)
const remembered = (all: readonly Parameters<typeof remember>[1][]) =>
  all.reduce<Memory>((memory, pkg) => remember(memory, pkg), [])

test('trust §5.1 whatever was seen is read back, and written to the same bytes', () => {
  fc.assert(
    fc.property(packages, all => {
      const text = formatMemory(remembered(all))
      expect(formatMemory(read(text))).toBe(text)
      for (const { name, publicKey } of all) {
        expect(highestVersion(read(text), name, publicKey)).toBe(highestVersion(remembered(all), name, publicKey))
        expect(currentKey(read(text), name)).toEqual(currentKey(remembered(all), name))
      }
    }),
  )
})

test('trust §5.1 nothing but that is taken: a memory that starts afresh accepts everybody', () => {
  const one = formatMemory(remember([], { name: 'app', version: '1', publicKey: ALICE.publicKey }))
  const two = formatMemory(remember(read(one), { name: 'app', version: '1', publicKey: BOB.publicKey }))
  const [, first = '', second = ''] = two.split('\n')
  const wrong = [
    '',
    'flavor-seen 1',
    'flavor-seen 2\n',
    one.slice(0, -1),
    `${one}\n`,
    `# x\n${one}`,
    one.replace('current', 'former'),
    one.replace(' 1 ', '  '),
    one.replace('app', 'a*'),
    one.replace('app', 'a,b'),
    two.replace('former', 'current'),
    `flavor-seen 1\n${second}\n${first}\n`,
    `flavor-seen 1\n${first}\n${first}\n`,
    one.replace('app', 'a\r'),
  ]
  for (const text of wrong) expect(() => read(text), JSON.stringify(text)).toThrow(refused)
  expect(() => read(Buffer.concat([Buffer.from(one), Buffer.from([0xff, 0x0a])]))).toThrow(refused)
  expect(() => read(Buffer.alloc(16 * 1024 * 1024 + 1, '\n'))).toThrow(refused)
  expect(() => read(one.replace('current', 'x'))).toThrow(/^seen:2: /)
})

test('trust §5.1 what is no news is the same value', () => {
  const memory = remember([], { name: 'app', version: '2', publicKey: ALICE.publicKey })
  expect(remember(memory, { name: 'app', version: '1', publicKey: ALICE.publicKey })).toBe(memory)
  const rotated = remember(memory, { name: 'app', version: '1', publicKey: BOB.publicKey })
  expect(currentKey(rotated, 'app')).toEqual(BOB.publicKey)
  expect(highestVersion(rotated, 'app', ALICE.publicKey)).toBe('2')
})
