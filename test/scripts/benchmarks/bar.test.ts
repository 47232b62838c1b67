import { expect, test } from 'vitest'
import { rateBar } from '../../../scripts/benchmarks/bar.ts'

test('a rate is that of what takes longer than without it', () => {
  const row = rateBar('it', 600e6, 300e6, [0.9, 0.8], [0.5, 0.3])
  expect(row).toMatchObject({ measured: '600 MB/s: 800.0 ms', baseline: '300.0 ms', met: true })
  expect(rateBar('it', 601e6, 300e6, [0.8], [0.3])).toMatchObject({ bar: '>= 601 MB/s', met: false })
})

test('what takes no longer meets any rate', () => {
  expect(rateBar('it', 600e6, 300e6, [0.3], [0.4])).toMatchObject({ met: true })
})
