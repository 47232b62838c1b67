import { expect, test } from 'vitest'
import { formatPairs, formatTable, wrapText } from '../../../src/cli/ui/table.ts'

test('columns are as wide as their widest cell, without trailing blanks', () => {
  const rows = [
    ['a', '1', ''],
    ['long', '100', 'x'],
  ]
  expect(formatTable(rows, [1])).toEqual(['a       1', 'long  100  x'])
})

test('pairs without a value are left out', () => {
  const pairs = [
    ['name', 'x'],
    ['gone', undefined],
    ['longer name', 'y'],
  ] as const
  expect(formatPairs(pairs, '  ')).toBe('  name         x\n  longer name  y\n')
})

test('text is broken between words only', () => {
  expect(wrapText('one two three', 8)).toEqual(['one two', 'three'])
  expect(wrapText('averylongword x', 4)).toEqual(['averylongword', 'x'])
})
