import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { expect, test } from 'vitest'
import {
  fingerprintRepository,
  fingerprintSources,
  fingerprintVariables,
} from '../../../src/builders/python/source-fingerprint.ts'
import { scratch } from '../../support/scratch.ts'
import { writeFiles } from './stand-ins.ts'

function project(): string {
  const directory = scratch()
  writeFiles(directory, { 'pyproject.toml': 'x', 'src/a.py': 'a', 'data/file': 'd' })
  return directory
}

test('the same files in another place have the same fingerprint', () => {
  expect(fingerprintSources(project())).toBe(fingerprintSources(project()))
})

test.each([
  ['a changed file', { 'src/a.py': 'b' }],
  ['a new file', { 'src/b.py': '' }],
  ['a file in a directory that only sounds like a build', { 'build/x.py': '' }],
])('%s changes it', (_, files) => {
  const directory = project()
  const before = fingerprintSources(directory)
  writeFiles(directory, files)
  expect(fingerprintSources(directory)).not.toBe(before)
})

test('names and contents cannot be exchanged, modes and links count', () => {
  const directory = project()
  const before = fingerprintSources(directory)
  chmodSync(join(directory, 'src/a.py'), 0o755)
  const executable = fingerprintSources(directory)
  expect(executable).not.toBe(before)
  rmSync(join(directory, 'data/file'))
  symlinkSync('../nowhere', join(directory, 'data/file'))
  expect(fingerprintSources(directory)).not.toBe(executable)
})

test('what no build reads, and what packing writes, changes nothing', () => {
  const directory = project()
  const before = fingerprintSources(directory)
  writeFiles(directory, {
    ...{ '.git/HEAD': 'x', 'src/__pycache__/a.pyc': 'x', 'env/pyvenv.cfg': '', 'env/lib/x.py': '', 'flavor.lock': 'x' },
    ...{ 'dist/app': 'x', 'src/app.egg-info/PKG-INFO': 'x', 'node_modules/x.js': '' },
  })
  const trailer = Buffer.concat([Buffer.alloc(9000), Buffer.from([0xf0, 0x9f, 0xaa, 0x84])])
  expect(fingerprintSources(directory)).toBe(before)
  writeFileSync(join(directory, 'app'), trailer)
  const packed = fingerprintSources(directory)
  writeFileSync(join(directory, 'app'), Buffer.concat([Buffer.alloc(100), trailer]))
  expect(fingerprintSources(directory)).toBe(packed)
})

test('a version that comes from the repository changes with it', async () => {
  const directory = project()
  const environment = { PATH: process.env.PATH, HOME: directory }
  expect(await fingerprintRepository(directory, { ...environment, GIT_CEILING_DIRECTORIES: '/' })).toBe('')
  const git = (...args: string[]) =>
    execaSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.test', ...args], { cwd: directory })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'x')
  const before = await fingerprintRepository(directory, environment)
  expect(before).toMatch(/^[0-9a-f]{40}$/)
  git('tag', 'v1', '--message', 'x')
  expect(await fingerprintRepository(directory, environment)).not.toBe(before)
})

test('variables that backends read count, others do not', () => {
  const before = fingerprintVariables({ PATH: '/a', CFLAGS: '-O2' })
  expect(fingerprintVariables({ CFLAGS: '-O2', PATH: '/b', TERM: 'x' })).toBe(before)
  expect(fingerprintVariables({ PATH: '/a', CFLAGS: '-O3' })).not.toBe(before)
  expect(fingerprintVariables({ CFLAGS: '-O2', SETUPTOOLS_SCM_PRETEND_VERSION: '1' })).not.toBe(before)
})
