import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCacheFile } from '../../src/workenv/read-cache-file.ts'
import { pipe } from '../support/pipe.ts'
import { scratch } from '../support/scratch.ts'

test('reads what is a file and waits for no pipe', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), 'text')
  expect(readCacheFile(join(directory, 'file')).toString()).toBe('text')
  for (const path of [pipe(), directory, join(directory, 'nothing')]) expect(() => readCacheFile(path), path).toThrow()
})
