import { expect, test } from 'vitest'
import { WORKENV_CODES, type WorkenvCode, WorkenvError } from '../../src/workenv/workenv-error.ts'

test('a code decides the exit of the launcher: 106 for the place, 103 for the tree', () => {
  const exits = (Object.keys(WORKENV_CODES) as WorkenvCode[]).map(code => new WorkenvError(code, 'm').row.launcherExit)
  expect(new Set(exits)).toEqual(new Set([106, 102, 103, 105]))
  expect(new WorkenvError('CACHE_UNUSABLE', 'm').row).toMatchObject({ exit: 1, launcherExit: 106 })
  expect(new WorkenvError('TREE_DAMAGED', 'm').row).toMatchObject({ exit: 3, launcherExit: 103 })
})
