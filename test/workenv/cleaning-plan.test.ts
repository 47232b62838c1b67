import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CleaningEntry, type CleaningWish, planCleaning } from '../../src/workenv/cleaning-plan.ts'

const DAY = 24 * 3600 * 1000
const NOW = 1000 * DAY

interface Named extends CleaningEntry {
  readonly id: string
}

/** Used so many days ago. */
function entry(id: string, days: number, rest: Partial<CleaningEntry> = {}): Named {
  const [name = '', version = ''] = id.split(' ')
  return { id, name, version, lastUse: NOW - days * DAY, bytes: 100, shares: [], mayGo: true, ...rest }
}

function plan(entries: readonly Named[], wish: CleaningWish, shared: Record<string, number> = {}) {
  const { go, stay, bytes } = planCleaning(entries, new Map(Object.entries(shared)), wish, NOW)
  return { go: go.map(one => `${one.entry.id}: ${one.reason}`), stay: stay.map(({ id }) => id), bytes }
}

test('without a wish everything goes that may, the longest unused first', () => {
  const entries = [entry('a 1', 1), entry('b 1', 3, { mayGo: false }), entry('c 1', 2)]
  expect(plan(entries, {})).toEqual({ go: ['c 1: surplus', 'a 1: surplus'], stay: ['b 1'], bytes: 100 })
  expect(plan([], {})).toEqual({ go: [], stay: [], bytes: 0 })
})

test('by age: the day itself counts, a last use in the future does not', () => {
  const entries = [entry('a 1', 29.9), entry('b 1', 30), entry('c 1', -5), entry('d 1', 90, { mayGo: false })]
  expect(plan(entries, { maxAge: 30 * DAY })).toEqual({ go: ['b 1: age'], stay: ['d 1'], bytes: 300 })
  expect(plan(entries, { maxAge: 0 }).go).toEqual(['b 1: age', 'a 1: age'])
})

test('by number: the newest versions of each package stay, of one version the last used', () => {
  const entries = [
    entry('a 1.9', 1),
    entry('a 1.10', 9),
    entry('a 1.8', 0),
    entry('b 1', 500),
    { ...entry('a 1.10', 4), id: 'again' },
  ]
  expect(plan(entries, { keep: 2 })).toEqual({ go: ['a 1.9: surplus', 'a 1.8: surplus'], stay: [], bytes: 300 })
  expect(plan(entries, { keep: 1 }).go).toEqual(['a 1.10: surplus', 'a 1.9: surplus', 'a 1.8: surplus'])
})

test('those that are kept stay, however old and large', () => {
  const entries = [entry('a 1', 90), entry('a 2', 80), entry('a 3', 2)]
  expect(plan(entries, { keep: 2, maxAge: 30 * DAY }).go).toEqual(['a 1: age'])
  expect(plan(entries, { keep: 2, maxSize: 0 })).toEqual({ go: ['a 1: size'], stay: [], bytes: 200 })
})

test('by size: no more goes than it takes, after what goes by age', () => {
  const entries = [
    entry('a 1', 50),
    entry('b 1', 9),
    entry('c 1', 8, { mayGo: false }),
    entry('d 1', 7),
    entry('e 1', 6),
  ]
  expect(plan(entries, { maxSize: 500 })).toEqual({ go: [], stay: [], bytes: 500 })
  expect(plan(entries, { maxSize: 499 }).go).toEqual(['a 1: size'])
  expect(plan(entries, { maxSize: 250, maxAge: 30 * DAY })).toEqual({
    go: ['a 1: age', 'b 1: size', 'd 1: size'],
    stay: ['c 1'],
    bytes: 200,
  })
})

test('a shared slot counts once, and goes with the last that needs it', () => {
  const shares = ['python']
  const entries = [entry('a 1', 3, { shares }), entry('b 1', 2, { shares }), entry('c 1', 1, { shares: ['unknown'] })]
  expect(plan(entries, { maxSize: 1300 }, { python: 1000, unneeded: 7 }).bytes).toBe(1300)
  expect(plan(entries, { maxSize: 1200 }, { python: 1000 })).toEqual({ go: ['a 1: size'], stay: [], bytes: 1200 })
  expect(plan(entries, { maxSize: 1199 }, { python: 1000 })).toEqual({
    go: ['a 1: size', 'b 1: size'],
    stay: [],
    bytes: 100,
  })
})

function sizeOf(entries: readonly CleaningEntry[], shared: ReadonlyMap<string, number>): number {
  const own = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  return [...new Set(entries.flatMap(({ shares }) => shares))].reduce((sum, id) => sum + (shared.get(id) ?? 0), own)
}

test('whatever is asked for: nothing goes twice or against a promise, and the sum is right', () => {
  const entries = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b'),
      version: fc.constantFrom('1', '1.1', '2'),
      lastUse: fc.integer({ min: 0, max: 100 }),
      bytes: fc.integer({ min: 0, max: 50 }),
      shares: fc.array(fc.constantFrom('x', 'y')),
      mayGo: fc.boolean(),
    }),
  )
  const wish = fc.record({ maxAge: fc.nat(100), maxSize: fc.nat(300), keep: fc.nat(3) }, { requiredKeys: [] })
  const shared = new Map([
    ['x', 30],
    ['y', 20],
  ])
  fc.assert(
    fc.property(entries, wish, (all, wanted) => {
      const { go, stay, bytes } = planCleaning(all, shared, wanted, 100)
      const gone = new Set(go.map(one => one.entry))
      expect(gone.size).toBe(go.length)
      expect([...gone].every(one => one.mayGo)).toBe(true)
      expect(stay.some(one => one.mayGo)).toBe(false)
      const left = all.filter(one => !gone.has(one))
      expect(bytes).toBe(sizeOf(left, shared))
      for (const name of ['a', 'b']) {
        const had = all.filter(one => one.name === name).length
        expect(left.filter(one => one.name === name).length).toBeGreaterThanOrEqual(Math.min(had, wanted.keep ?? 0))
      }
      if (wanted.maxSize === undefined) return
      const last = go.findLast(one => one.reason === 'size')
      if (last !== undefined) expect(sizeOf([...left, last.entry], shared)).toBeGreaterThan(wanted.maxSize)
      if ((wanted.keep ?? 0) === 0 && bytes > wanted.maxSize) expect(left.every(one => !one.mayGo)).toBe(true)
    }),
  )
})
