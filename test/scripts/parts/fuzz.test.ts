import { expect, test } from 'vitest'
import { fuzzCounts } from '../../../scripts/parts/fuzz.ts'

test('counts targets, and those with findings as failures', () => {
  const output = [
    'seed 7',
    'tar: 12 executions; native 6, 7 edges; TypeScript 6, 8 functions, 9 bytes of source, 6 compared; 0 findings',
    'FINDING zstd: /x/zstd-1',
    'zstd: 3 executions; TypeScript broken off; 2 findings',
    '15 executions, 6 compared, 2 findings in 60 s',
  ].join('\n')
  expect(fuzzCounts(output)).toEqual({ passed: 1, failed: 1, skipped: [] })
})

test('says that the native half was left out', () => {
  expect(fuzzCounts('skipped: the native reader needs Rust\n').skipped).toEqual(['fuzz: the native reader needs Rust'])
})
