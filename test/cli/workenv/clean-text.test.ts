import { expect, test } from 'vitest'
import { cleanText, removalText } from '../../../src/cli/workenv/clean-text.ts'

test('ids that a package chose cannot steer the terminal', () => {
  const removed = [{ kind: 'workenv' as const, id: 'a\u001b[2J', path: '/x', bytes: 1 }]
  expect(cleanText({ removed, kept: [], bytes: 1 })).toBe('workenv  a\\x1b[2J  1 B\n')
  expect(removalText(removed)).toBe('workenv  a\\x1b[2J  1 B\n')
  const kept = [{ id: 'b', reason: 'a running process names it: \u001b[2J (pid 1)' }]
  expect(cleanText({ removed: [], kept, bytes: 0 })).toBe('kept  b  a running process names it: \\x1b[2J (pid 1)\n')
  expect(cleanText({ removed: [], kept: [], bytes: 0 })).toBe('')
})
