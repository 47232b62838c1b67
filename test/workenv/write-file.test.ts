import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeDirectory, writeNewFile } from '../../src/workenv/write-file.ts'
import { scratch } from '../support/scratch.ts'

test('modes are exact, whatever the umask is', () => {
  const directory = scratch()
  writeNewFile(join(directory, 'file'), 'text', 0o555)
  makeDirectory(join(directory, 'sub'), 0o777)
  expect(lstatSync(join(directory, 'file')).mode & 0o7777).toBe(0o555)
  expect(lstatSync(join(directory, 'sub')).mode & 0o7777).toBe(0o777)
  expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('text')
})

test('never writes through a link or over a file', () => {
  const directory = scratch()
  symlinkSync('elsewhere', join(directory, 'link'))
  expect(() => writeNewFile(join(directory, 'link'), 'x', 0o600)).toThrowError(
    expect.objectContaining({ code: 'EEXIST' }),
  )
})
