import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { formatSeal } from '../../src/workenv/seal.ts'
import { readSealOf, sealedAttempt } from '../../src/workenv/sealed-attempt.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §8.3: the attempt that a seal names, if it reads', () => {
  const layout = new CacheLayout(scratch())
  mkdirSync(layout.envs)
  expect(sealedAttempt(layout, 'k')).toBeUndefined()
  const none = { place: undefined, boot: undefined, executable: undefined, setup: undefined, slots: [] }
  writeFileSync(layout.seal('k'), formatSeal({ content: 'a'.repeat(64), attempt: 7, ...none }))
  expect(sealedAttempt(layout, 'k')).toBe(7)
  expect(readSealOf(layout, 'k')?.content).toBe('a'.repeat(64))
  writeFileSync(layout.seal('k'), '')
  expect(sealedAttempt(layout, 'k')).toBeUndefined()
})
