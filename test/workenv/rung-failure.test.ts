import { lstatSync } from 'node:fs'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { PackageError } from '../../src/package/package-error.ts'
import { asRungFailure, errorCode, RungFailure } from '../../src/workenv/rung-failure.ts'
import { WorkenvError } from '../../src/workenv/workenv-error.ts'

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, syscall: 'mkdir', path: '/p' })
}

test.each(['ENOSPC', 'EDQUOT'])('workenv §1.3: %s is for want of space', code => {
  expect(asRungFailure(systemError(code))).toMatchObject({ isForSpace: true })
})

test.each(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENAMETOOLONG', 'EIO', 'EMFILE', 'ENOENT', 'EEXIST'])(
  'workenv §1.3: %s makes the rung fail',
  code => {
    expect(asRungFailure(systemError(code))).toMatchObject({ isForSpace: false })
  },
)

test.runIf(process.platform !== 'win32')(
  'workenv §1.3: a quota that is met is one, though libuv does not know it',
  () => {
    const code = 'Unknown system error -122'
    const error = Object.assign(new Error(code), { code, errno: -constants.errno.EDQUOT, syscall: 'mkdir', path: '/p' })
    expect(asRungFailure(error)).toMatchObject({
      isForSpace: true,
      reason: 'no space is left for this user (EDQUOT, mkdir /p)',
    })
  },
)

test('workenv §1.3: an error without a code says what the system said, as those of `rmSync` do', () => {
  const message = ", Unknown error: No space left on device '/p'"
  const error = Object.assign(new Error(message), { code: '', errno: -4094, syscall: 'rm', path: '/p' })
  expect(asRungFailure(error)?.reason).toContain('No space left on device')
})

test('workenv §1.3: what is no error of the system would be the same on every rung', () => {
  expect(asRungFailure(new TypeError('a bug'))).toBeUndefined()
  expect(asRungFailure('text')).toBeUndefined()
})

test('workenv §1.3 finds the cause below an error of another layer', () => {
  const error = new PackageError('OUTPUT_WRITE', 'm', {}, { cause: systemError('ENOSPC') })
  expect(asRungFailure(error)?.isForSpace).toBe(true)
  expect(asRungFailure(new PackageError('SLOT_DATA', 'm'))).toBeUndefined()
  expect(asRungFailure(new PackageError('FILE_READ', 'm', {}, { cause: systemError('EIO') }))).toBeUndefined()
})

test('what is decided already stays so', () => {
  const failure = new RungFailure('why')
  expect(asRungFailure(failure)).toBe(failure)
  expect(asRungFailure(new WorkenvError('TREE_DAMAGED', 'm', {}, { cause: systemError('EIO') }))).toBeUndefined()
})

test('errorCode is that of the system', () => {
  expect(() => lstatSync('/nonexistent-place')).toThrow()
  expect(errorCode(systemError('EIO'))).toBe('EIO')
  expect(errorCode('text')).toBeUndefined()
})
