import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { specialFile } from '../../src/files/special-file.ts'
import { pipe } from '../support/pipe.ts'
import { scratch } from '../support/scratch.ts'

test.skipIf(process.platform === 'win32')('what a rename would take away is named', () => {
  const directory = scratch()
  expect(specialFile('/dev/null')).toBe('a device')
  expect(specialFile(pipe())).toBe('a pipe')
  writeFileSync(join(directory, 'file'), '')
  symlinkSync('/dev/null', join(directory, 'link'))
  for (const name of ['', 'file', 'link', 'nothing', 'file/below']) {
    expect(specialFile(join(directory, name)), name).toBeUndefined()
  }
})
