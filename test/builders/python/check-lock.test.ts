import { describe, expect, test } from 'vitest'
import { checkLock, stale } from '../../../src/builders/python/check-lock.ts'
import { lockFile, MANIFEST, pythonProject, refused } from './stand-ins.ts'

const check = (manifest: string, changes: Parameters<typeof lockFile>[0] = {}, hasUvLock = false, python = '3.11') => {
  const project = pythonProject({ 'pyproject.toml': manifest })
  return refused(() => checkLock(lockFile(changes), { project, python, hasUvLock }))
}

test('a lock of these requirements is used, whatever else the manifest says', () => {
  const project = pythonProject({ 'pyproject.toml': MANIFEST.replace('1.0', '2.0') })
  expect(() => checkLock(lockFile(), { project, python: '3.11', hasUvLock: false })).not.toThrow()
})

describe('LOCK_STALE, and the message says what changed', () => {
  test('requirements', async () => {
    const refusal = await check(MANIFEST.replace('lib>=2', 'lib>=3'))
    expect(refusal).toMatchObject({ code: 'LOCK_STALE', hint: expect.stringContaining('--update-lock') })
    expect(refusal.detail?.got).toContain('- lib>=2, + lib>=3')
  })

  test('build requirements', async () => {
    const refusal = await check(MANIFEST.replace('backend>=1', 'backend>=2'))
    expect(refusal.detail?.got).toContain('backend>=2')
  })

  test('the version of Python', async () => {
    const refusal = await check(MANIFEST, {}, false, '3.12')
    expect(refusal).toMatchObject({ code: 'LOCK_STALE', detail: { got: expect.stringContaining('3.12') } })
  })

  test('a uv.lock that came or went', async () => {
    expect(await check(MANIFEST, {}, true)).toMatchObject({ code: 'LOCK_STALE' })
    const beside = { purpose: 'project' as const, inputs: ['uv.lock'], directories: [], packages: [] }
    expect(await check(MANIFEST, { resolutions: [beside] })).toMatchObject({ code: 'LOCK_STALE' })
  })
})

test('a stale lock names its file', () => {
  const project = pythonProject()
  expect(stale({ project }, 'is old').detail).toEqual({ file: `${project.directory}/flavor.lock`, got: 'is old' })
})
