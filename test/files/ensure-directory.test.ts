import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureDirectory } from '../../src/files/ensure-directory.ts'
import { scratch } from '../support/scratch.ts'

test('makes what is missing, and takes what is there', () => {
  const path = join(scratch(), 'a/b/c')
  ensureDirectory(path, 0o700)
  ensureDirectory(path, 0o755)
  for (const above of ['.', '..', '../..']) expect(statSync(join(path, above)).mode & 0o7777).toBe(0o700)
  ensureDirectory('.')
  ensureDirectory('/')
})

test('a link to a directory is one, a link to nothing and a file are none', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), '')
  symlinkSync('.', join(directory, 'here'))
  symlinkSync('nowhere', join(directory, 'lost'))
  ensureDirectory(join(directory, 'here'))
  const failure = (code: string) => expect.objectContaining({ code, syscall: 'mkdir' })
  expect(() => ensureDirectory(join(directory, 'file'))).toThrowError(failure('EEXIST'))
  expect(() => ensureDirectory(join(directory, 'file/below'))).toThrowError(failure('ENOTDIR'))
  expect(() => ensureDirectory(join(directory, 'lost/below'))).toThrowError(failure('EEXIST'))
})

test.runIf(process.platform === 'linux')('ends below /proc, where the recursive mkdir of Node never returns', () => {
  const failure = expect.objectContaining({
    code: 'ENOENT',
    syscall: 'mkdir',
    message: '/proc/flavor: the file system of /proc lets nobody make a directory there',
  })
  expect(() => ensureDirectory('/proc/flavor/below')).toThrowError(failure)
})
