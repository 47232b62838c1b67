import { expect, test } from 'vitest'
import { parseSlotKeys } from '../../src/cli/slot-key-flag.ts'

test('none, one, several; a source is what stands behind the first =', () => {
  expect([...parseSlotKeys([])]).toEqual([])
  expect([...parseSlotKeys(['a=file:/x=y,z', 'b.c=command:/bin/p a b'])]).toEqual([
    ['a', 'file:/x=y,z'],
    ['b.c', 'command:/bin/p a b'],
  ])
})

test.each(['', 'a', 'a=', 'a=key', '=env:K', 'a=env:'])('%j is refused', text => {
  expect(() => parseSlotKeys([text])).toThrowError(expect.objectContaining({ code: 'FLAG_VALUE' }))
})

test('two keys for one slot are refused', () => {
  expect(() => parseSlotKeys(['a=env:K', 'a=env:L'])).toThrowError(expect.objectContaining({ code: 'FLAG_REPEATED' }))
})
