import { expect, test } from 'vitest'
import { bootId, parseBootId } from '../../src/workenv/boot-id.ts'

test('workenv §5.2 is the id of the kernel on Linux, and unknown elsewhere', () => {
  if (process.platform === 'linux') expect(bootId('linux')).toMatch(/^[0-9a-f-]{36}$/)
  expect(bootId('darwin')).toBeUndefined()
})

test.each([
  ['9c36f756-f185\n', '9c36f756-f185'],
  ['-', undefined],
  ['', undefined],
  ['ABC', undefined],
  ['a b', undefined],
  ['a'.repeat(65), undefined],
])('workenv §5.2: %j', (text, id) => {
  expect(parseBootId(text)).toBe(id)
})
