import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exportLock, readUvLock, resolveNames, resolveProject } from '../../../src/builders/python/resolve.ts'
import { FakeUv, MANIFEST, pythonProject, refused } from './stand-ins.ts'

const HASH = `sha256:${'a'.repeat(64)}`

function setUp(files: Record<string, string> = {}) {
  const project = pythonProject(files)
  const fake = new FakeUv(project.directory)
  return { project, fake, context: { uv: fake.uv, python: '/python' } }
}

test('uv resolves the manifest itself, for every platform, with hashes', async () => {
  const { project, fake, context } = setUp()
  fake.says({ compile: `lib==2.1 --hash=${HASH}\n./other\n` })
  expect(await resolveProject(project, [], context)).toEqual({
    packages: [{ requirement: 'lib==2.1', hashes: [HASH] }],
    directories: [join(project.directory, 'other')],
  })
  expect(fake.calls()[0]).toMatch(/^pip compile --universal --generate-hashes .*--python \/python pyproject\.toml \S+$/)
})

test("the project's own uv.lock is used as it is, and refused when it is not that of the manifest", async () => {
  const { project, fake, context } = setUp({ 'uv.lock': 'version = 1\n' })
  expect(readUvLock(project)).toBe('version = 1\n')
  fake.says({ export: `lib==2.1 --hash=${HASH}\n` })
  expect((await exportLock(project, context)).packages).toHaveLength(1)
  expect(fake.calls()[0]).toContain('--locked')
  fake.says({ 'export.error': 'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.' })
  expect(await refused(() => exportLock(project, context))).toMatchObject({ code: 'LOCK_STALE', hint: 'run `uv lock`' })
})

test('nothing to resolve needs no uv', async () => {
  const { project, fake, context } = setUp()
  expect(await resolveNames(project, [], [], context)).toEqual({ packages: [], directories: [] })
  expect(fake.calls()).toEqual([])
})

test('names are resolved within what is settled', async () => {
  const { project, fake, context } = setUp()
  fake.says({ compile: `backend==1.5 --hash=${HASH}\n` })
  await resolveNames(project, ['backend>=1'], [{ requirement: 'lib==2.1', hashes: [HASH] }], context)
  expect(fake.calls()[0]).toContain('--constraints')
})

test('RESOLVE_FAILED names the line of the requirement that uv complains about', async () => {
  const manifest = MANIFEST.replace('["lib>=2"]', '[\n  "lib>=2",\n  "No_Such.Package==9",\n]')
  const { project, fake, context } = setUp({ 'pyproject.toml': manifest })
  fake.says({
    'compile.error': 'error: No solution found\n  cause: Because there is no version of no-such-package==9 and …',
  })
  const detail = { line: '8', column: '3', file: project.manifest }
  expect(await refused(() => resolveProject(project, [], context))).toMatchObject({ code: 'RESOLVE_FAILED', detail })
})

test('REGISTRY_FAILED when there is no network', async () => {
  const { project, fake, context } = setUp()
  fake.says({ 'compile.error': 'error: Request failed after 3 retries\n  cause: dns error' })
  expect(await refused(() => resolveProject(project, [], context))).toMatchObject({ code: 'REGISTRY_FAILED' })
})

test('RESOLVE_FAILED for what neither hash nor commit pins', async () => {
  const { project, fake, context } = setUp()
  fake.says({ compile: 'lib @ git+ssh://example.test/lib@main\n' })
  const refusal = await refused(() => resolveProject(project, [], context))
  expect(refusal).toMatchObject({ code: 'RESOLVE_FAILED', detail: { line: '6' } })
})
