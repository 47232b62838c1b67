import { expect, test } from 'vitest'
import { hasWindowsNames } from '../../src/package/windows-name.ts'

test.each(['file:stream', 'a/b:c', 'a.', 'a ', 'a./b', 'a?', 'a\u0001', 'x|y', '<a>', 'a"b', 'a*'])(
  '§6.1 a name that Windows takes for another is refused: %j',
  name => {
    expect(hasWindowsNames(name)).toBe(false)
  },
)

test.each(['a.b', '.a/b', 'a b/c', 'é日', "it's"])('§6.1 a name that Windows has too: %j', name => {
  expect(hasWindowsNames(name)).toBe(true)
})
