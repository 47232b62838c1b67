import { expect, test } from 'vitest'
import { parseRuns } from '../../../scripts/benchmarks/interleaved.ts'

test('runs are told apart, and stay paired by their order', () => {
  const [first, second] = parseRuns('0 1000000 548\n1 2000000 992\n1 4000000 1008\n0 3000000 652\n')
  expect(first).toEqual({ seconds: [0.001, 0.003], peaks: [548 * 1024, 652 * 1024] })
  expect(second).toEqual({ seconds: [0.002, 0.004], peaks: [992 * 1024, 1008 * 1024] })
})
