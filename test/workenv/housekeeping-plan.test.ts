import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planHousekeeping } from '../../src/workenv/housekeeping-plan.ts'

const DAY = 24 * 3600 * 1000
const NOW = 50 * DAY

const ENTRIES = fc.array(
  fc.record({
    lastUse: fc.integer({ min: 0, max: 60 * DAY }),
    bytes: fc.integer({ min: 0, max: 100 }),
    inUse: fc.boolean(),
    name: fc.constantFrom('a', 'b'),
  }),
  { minLength: 1, maxLength: 12 },
)

test('workenv §10.5: what is in use, recent or current never goes, and the rest fits where it can', () => {
  fc.assert(
    fc.property(ENTRIES, fc.integer({ min: 1, max: 500 }), (parts, maxSize) => {
      const entries = parts.map((part, at) => ({ ...part, key: `k${at}`, version: '1', shares: [] }))
      const go = planHousekeeping(entries, new Map(), 'k0', { maxAge: 30 * DAY, maxSize }, NOW)
      const mayGo = entries.filter(one => !one.inUse && one.key !== 'k0' && Math.abs(NOW - one.lastUse) >= DAY)
      expect(mayGo.map(({ key }) => key)).toEqual(expect.arrayContaining(go))
      const rest = entries.filter(({ key }) => !go.includes(key))
      const fits = rest.reduce((sum, { bytes }) => sum + bytes, 0) <= maxSize
      expect(fits || rest.every(one => !mayGo.includes(one))).toBe(true)
    }),
  )
})
