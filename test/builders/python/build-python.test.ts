import { expect, test } from 'vitest'
import { buildPython } from '../../../src/builders/python/build-python.ts'
import { writeLock } from '../../../src/builders/python/lock-file.ts'
import { platformName } from '../../../src/format/platform.ts'
import { scratch } from '../../support/scratch.ts'
import { lockFile, pythonProject, refused, writeFiles } from './stand-ins.ts'

const options = () => ({ updateLock: false, cacheDirectory: scratch(), environment: { PATH: '/nonexistent' } })

test('LOCK_STALE: a lock for a package with an interpreter is none for one without, and the other way round', async () => {
  const here = platformName({ os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' })
  const entry = {
    platform: here,
    provider: 'vendored' as const,
    version: '3.11.7',
    sha256: 'ab'.repeat(32),
    libraries: {},
  }
  for (const [ships, interpreter] of [
    [undefined, 'none'],
    [false, 'default'],
  ] as const) {
    const project = pythonProject()
    writeLock(project.directory, lockFile({ interpreters: [{ ...entry, ...(ships === undefined ? {} : { ships }) }] }))
    const refusal = await refused(() => buildPython(project, { ...options(), interpreter }))
    expect(refusal).toMatchObject({ code: 'LOCK_STALE' })
  }
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
