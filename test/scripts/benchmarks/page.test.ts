import { expect, test } from 'vitest'
import { limitBar, unmeasured } from '../../../scripts/benchmarks/bar.ts'
import { benchmarksPage } from '../../../scripts/benchmarks/page.ts'

const seconds = (value: number) => `${value} s`
const [first, second] = [limitBar('first', 2, 1, seconds), limitBar('second', 2, 3, seconds)]

test('rows that were not measured again stay, and others take their place', () => {
  const before = benchmarksPage([first, second], '', 'a machine')
  const after = benchmarksPage([limitBar('second', 2, 2, seconds)], before, 'a machine')
  expect(after).toContain('| first | <= 2 s | 1 s | - | yes |\n| second | <= 2 s | 2 s | - | yes |')
  expect(before).toContain('| second | <= 2 s | 3 s | - | **no** |')
})

test('a page of everything has no row of before', () => {
  expect(benchmarksPage([second], '', 'a machine')).not.toContain('| first |')
})

test('what could not be measured is no bar met', () => {
  const page = benchmarksPage([unmeasured('third', '<= 1 s', 'needs root')], '', 'a machine')
  expect(page).toContain('| third | <= 1 s | needs root | - | **no** |')
})
