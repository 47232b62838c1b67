import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { expect, test } from 'vitest'
import { sourceRevision } from '../../../src/builders/origin/source-revision.ts'
import { searchPath } from '../../../src/tools/search-path.ts'
import { scratch } from '../../support/scratch.ts'

const hasGit = searchPath('git', process.env).length > 0

function checkout() {
  const top = scratch()
  const directory = join(top, 'project')
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main']
    return execaSync('git', [...who, ...args], { cwd: top }).stdout
  }
  mkdirSync(directory)
  writeFileSync(join(directory, 'pyproject.toml'), '')
  writeFileSync(join(top, 'other'), '')
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'x')
  const sources = { directory, paths: [directory, '/nowhere/else'], files: [], trees: [] }
  const write = (path: string, text = 'x') => writeFileSync(join(top, path), text)
  return { write, directory, head: git('rev-parse', 'HEAD'), revision: () => sourceRevision(sources, process.env) }
}

test.skipIf(!hasGit)('the commit is told, and that sources differ from it', async () => {
  const { write, head, revision, directory } = checkout()
  expect(await revision()).toEqual({ commit: head, isDirty: false })
  write('other')
  expect(await revision()).toMatchObject({ isDirty: false })
  write('project/new.py')
  expect(await revision()).toMatchObject({ isDirty: true })
  rmSync(join(directory, 'new.py'))
  rmSync(join(directory, 'pyproject.toml'))
  expect(await revision()).toMatchObject({ isDirty: true })
})

test.skipIf(!hasGit)('what packing writes is no change', async () => {
  const { write, revision, directory } = checkout()
  mkdirSync(join(directory, 'dist'))
  write('project/dist/app.psp')
  write('project/flavor.lock')
  write('project/app', `${'x'.repeat(8200)}\u{1fa84}`)
  expect(await revision()).toMatchObject({ isDirty: false })
})

test.skipIf(!hasGit)('variables of git lead to no other repository', async () => {
  const { head, directory } = checkout()
  const sources = { directory, paths: [directory], files: [], trees: [] }
  expect(await sourceRevision(sources, { ...process.env, GIT_DIR: '/nowhere' })).toMatchObject({ commit: head })
})

test('without a checkout, or without git, there is no revision', async () => {
  const directory = scratch()
  const sources = { directory, paths: [directory], files: [], trees: [] }
  expect(await sourceRevision(sources, { PATH: process.env.PATH })).toBeUndefined()
  expect(await sourceRevision(sources, { PATH: directory })).toBeUndefined()
})
