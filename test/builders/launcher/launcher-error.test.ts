import { expect, test } from 'vitest'
import { LAUNCHER_CODES, LauncherError } from '../../../src/builders/launcher/launcher-error.ts'

test('§8.5 what a network does not give exits with 4, what has the wrong hash with 3', () => {
  expect(LAUNCHER_CODES.LAUNCHER_NODE_FETCH.exit).toBe(4)
  expect(new LauncherError('LAUNCHER_NODE_HASH', 'x').row.exit).toBe(3)
})
