import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildPython } from '../../../src/builders/python/build-python.ts'
import { writeLock } from '../../../src/builders/python/lock-file.ts'
import { scratch } from '../../support/scratch.ts'
import { lockFile, pythonProject, refused, writeFiles } from './stand-ins.ts'

const options = () => ({ updateLock: false, cacheDirectory: scratch(), environment: { PATH: '/nonexistent' } })

test('PROVIDER_NONE: what PATH offers at run time is not what was signed', async () => {
  const project = pythonProject()
  const refusal = await refused(() => buildPython(project, { ...options(), interpreter: 'none' }))
  expect(refusal).toMatchObject({ code: 'PROVIDER_NONE', hint: expect.stringContaining('--python') })
  expect(existsSync(join(project.directory, 'flavor.lock'))).toBe(false)
})

test('LOCK_STALE: a lock that nobody has made on this platform', async () => {
  const project = pythonProject()
  writeLock(project.directory, lockFile())
  expect(await refused(() => buildPython(project, options()))).toMatchObject({ code: 'LOCK_STALE' })
})

test('LOCK_INVALID: a lock that cannot be read is not passed over', async () => {
  const project = pythonProject({ 'flavor.lock': 'what?' })
  expect(await refused(() => buildPython(project, options()))).toMatchObject({ code: 'LOCK_INVALID' })
})

test('INTERPRETER_SPEC: an interpreter of no known form is refused before anything else is done', async () => {
  const project = pythonProject()
  writeFiles(project.directory, {})
  const refusal = await refused(() => buildPython(project, { ...options(), interpreter: 'conda:3' }))
  expect(refusal).toMatchObject({ code: 'INTERPRETER_SPEC' })
})
