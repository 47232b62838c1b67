import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { setupFile, setupPath } from '../../src/launch/setup-paths.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'

describe('§7.5 where a setup command may write', () => {
  test('below the work environment, by an absolute or a relative path', () => {
    const root = scratch()
    expect(setupPath(join(root, 'a/b'), root, 'x')).toBe(join(root, 'a/b'))
    expect(setupPath('a/b', root, 'x')).toBe(join(root, 'a/b'))
    expect(setupFile('d/e/f', root, 'x')).toBe(join(root, 'd/e/f'))
    expect(existsSync(join(root, 'd/e'))).toBe(true)
  })

  test.each(['/etc/passwd', '../x', 'a/../../x', '', '.', 'a//b'])('refuses %j', path => {
    expect(() => setupPath(path, scratch(), 'x')).toThrowError(refusal('SETUP_PATH'))
  })

  test('refuses the work environment itself', () => {
    const root = scratch()
    expect(() => setupPath(root, root, 'x')).toThrowError(refusal('SETUP_PATH'))
  })

  test('refuses a way through a link that leads out, such as a shared slot', () => {
    const [root, shared] = [scratch(), scratch()]
    symlinkSync(shared, join(root, 'python'))
    expect(() => setupPath('python/x', root, 'x')).toThrowError(refusal('SETUP_PATH'))
    expect(() => setupFile('python/d/x', root, 'x')).toThrowError(refusal('SETUP_PATH'))
    expect(existsSync(join(shared, 'd'))).toBe(false)
  })

  test('accepts a way through a link inside', () => {
    const root = scratch()
    mkdirSync(join(root, 'real'))
    symlinkSync('real', join(root, 'link'))
    expect(setupPath('link/x', root, 'x')).toBe(join(root, 'link/x'))
  })
})
