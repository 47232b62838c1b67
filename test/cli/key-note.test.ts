import { expect, test } from 'vitest'
import { keyNote } from '../../src/cli/key-note.ts'

test('what a key is good for is said, unless it is an ordinary one', () => {
  expect(keyNote({ ephemeral: false, test_key: false })).toBe('')
  expect(keyNote({ ephemeral: true, test_key: false })).toContain('thrown away')
  expect(keyNote({ ephemeral: false, test_key: true })).toContain('for tests only')
})
