import { expect, test } from 'vitest'
import { buildSets, lockedDirectories, makeLock, projectInputs } from '../../../src/builders/python/make-lock.ts'
import { FakeUv, MANIFEST, pythonProject } from './stand-ins.ts'

const HASH = `sha256:${'a'.repeat(64)}`

function setUp(files: Record<string, string> = {}) {
  const project = pythonProject(files)
  const fake = new FakeUv(project.directory).says({
    compile: `some==1 --hash=${HASH}\n`,
    export: `lib==2.1 --hash=${HASH}\n`,
  })
  return { project, fake, context: { uv: fake.uv, python: '/python' } }
}

test('a lock holds the project, what builds it, and what every package may need', async () => {
  const { project, context } = setUp()
  const lock = await makeLock({ project, python: '3.11', hasUvLock: false }, context)
  const packages = [{ requirement: 'some==1', hashes: [HASH] }]
  expect(lock).toEqual({
    ...{ version: 1, python: '3.11', uv: '0.0.1' },
    resolutions: [
      { purpose: 'project', inputs: ['lib>=2'], directories: [], packages },
      { purpose: 'build', inputs: ['backend>=1'], directories: [], packages },
      { purpose: 'support', inputs: ['certifi', 'tzdata'], directories: [], packages },
    ],
  })
})

test("projects of the user's own are locked by their place, and what builds them by its hashes", async () => {
  const { project, fake, context } = setUp({
    'pyproject.toml': `${MANIFEST}[tool.flavor.build]\ndependencies = ["libs/a"]\nextra_packages = ["more"]\n`,
    'libs/a/pyproject.toml': '[build-system]\nrequires = ["other"]\n[project]\nname = "a"\ndependencies = ["deep"]\n',
  })
  fake.says({ compile: `some==1 --hash=${HASH}\nlibs/a\n` })
  const lock = await makeLock({ project, python: '3.11', hasUvLock: false }, context)
  expect(lock.resolutions[0]).toMatchObject({ inputs: ['deep', 'lib>=2', 'more'], directories: ['libs/a'] })
  expect(lock.resolutions.map(({ purpose, inputs }) => [purpose, ...inputs])).toContainEqual(['build', 'other'])
  expect(lockedDirectories(lock, project)).toEqual([`${project.directory}/libs/a`])
})

test('beside a uv.lock only the rest is locked', async () => {
  const { project, context } = setUp({
    'pyproject.toml': `${MANIFEST}[tool.flavor.build]\nextra_packages = ["more"]\n`,
    'uv.lock': '',
  })
  const lock = await makeLock({ project, python: '3.11', hasUvLock: true }, context)
  expect(lock.resolutions.slice(0, 2)).toMatchObject([
    { purpose: 'project', inputs: ['uv.lock'], packages: [] },
    { purpose: 'extra', inputs: ['more'], packages: [{ requirement: 'some==1' }] },
  ])
})

test('what the resolution depends on: requirements and where uv takes them from', () => {
  const sources = '[tool.uv.sources]\nlib = { path = "../lib" }\n'
  const project = pythonProject({ 'pyproject.toml': MANIFEST + sources })
  expect(projectInputs(project, [])).toEqual(['[tool.uv.sources] {"lib":{"path":"../lib"}}', 'lib>=2'])
})

test('projects with the same build requirements share one resolution', () => {
  const requires = (...names: string[]) => `[build-system]\nrequires = ${JSON.stringify(names)}\n`
  const { directory } = pythonProject({
    'a/pyproject.toml': requires('y', 'x'),
    'b/pyproject.toml': requires('x', 'y'),
    'c/pyproject.toml': requires(),
  })
  expect(buildSets(['a', 'b', 'c'].map(name => `${directory}/${name}`))).toEqual([['x', 'y']])
})
