import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadLibc } from '../../src/workenv/libc.ts'
import { mayExecute } from '../../src/workenv/may-execute.ts'
import { scratch } from '../support/scratch.ts'

test.runIf(process.platform === 'linux')('workenv §1.3: tells a file that may be run, for both kinds of user', () => {
  const path = join(scratch(), 'lock')
  writeFileSync(path, '', { mode: 0o600 })
  expect([mayExecute(path), loadLibc()?.mayExecute(path)]).toEqual([false, false])
  chmodSync(path, 0o700)
  expect([mayExecute(path), loadLibc()?.mayExecute(path)]).toEqual([true, true])
})

test('workenv §1.3: a file that cannot be reached is an error of the system', () => {
  expect(() => mayExecute(join(scratch(), 'absent'))).toThrowError(expect.objectContaining({ code: 'ENOENT' }))
})
