import { expect, test } from 'vitest'
import { cargo, testCounts } from '../../../scripts/parts/cargo.ts'

test('counts of all test programs are added up, and what was ignored is named', () => {
  const output = [
    'test a::b ... ok',
    'test slow ... ignored, needs root',
    'test other ... ignored',
    'test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s',
    'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s',
  ].join('\n')
  expect(testCounts(output)).toEqual({
    passed: 15,
    failed: 2,
    skipped: ['cargo test slow: needs root', 'cargo test other: ignored'],
  })
})

test('without a Rust everything is skipped by name, and nothing counts as passed', async () => {
  const { PATH } = process.env
  process.env.PATH = '/nonexistent'
  try {
    expect(await cargo('/nonexistent')).toEqual({ passed: 0, failed: 0, skipped: ['cargo: needs Rust 1.95'] })
  } finally {
    process.env.PATH = PATH
  }
})
