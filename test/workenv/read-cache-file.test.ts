import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCacheFile } from '../../src/workenv/read-cache-file.ts'
import { scratch } from '../support/scratch.ts'

test('reads what is a file and waits for no pipe', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), 'text')
  expect(readCacheFile(join(directory, 'file')).toString()).toBe('text')
  execFileSync('mkfifo', [join(directory, 'pipe')])
  for (const name of ['pipe', '.', 'nothing']) expect(() => readCacheFile(join(directory, name)), name).toThrow()
})
