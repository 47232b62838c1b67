import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namedDependencies, readLocalProject } from '../../../src/builders/python/local-project.ts'
import { MANIFEST, pythonProject, refused } from './stand-ins.ts'

test('what builds a project and what it depends on', () => {
  const { directory } = pythonProject()
  expect(readLocalProject(directory)).toEqual({
    ...{ directory, buildRequires: ['backend>=1'], dependencies: ['lib>=2'], localDependencies: [] },
  })
})

test('PEP 517: a project that names no backend has setuptools, one without pyproject.toml too', () => {
  const { directory } = pythonProject({ 'old/setup.py': '', 'bare/pyproject.toml': '[project]\nname = "bare"\n' })
  const legacy = { buildRequires: [expect.stringContaining('setuptools')], dependencies: [] }
  expect(readLocalProject(join(directory, 'old'))).toMatchObject(legacy)
  expect(readLocalProject(join(directory, 'bare'))).toMatchObject(legacy)
})

test('named projects and those that they name, each once, the needed ones first, in a circle too', () => {
  const names = (...paths: string[]) => `[tool.flavor.build]\ndependencies = ${JSON.stringify(paths)}\n`
  const project = pythonProject({
    'pyproject.toml': MANIFEST + names('libs/a', 'libs/b'),
    'libs/a/pyproject.toml': names('../b', '../..'),
    'libs/b/pyproject.toml': names('../c', '../a'),
    'libs/c/pyproject.toml': names(),
  })
  const expected = ['libs/c', 'libs/b', 'libs/a'].map(path => join(project.directory, path))
  expect(namedDependencies(project)).toEqual(expected)
})

test('MANIFEST_SOURCE, MANIFEST_SYNTAX: what is no project is refused where it is named', async () => {
  const manifest = `${MANIFEST}[tool.flavor.build]\ndependencies = ["libs/gone"]\n`
  const gone = await refused(() => namedDependencies(pythonProject({ 'pyproject.toml': manifest })))
  expect(gone).toMatchObject({
    code: 'MANIFEST_SOURCE',
    detail: { line: '10', field: 'tool.flavor.build.dependencies[0]' },
  })
  const empty = await refused(() => namedDependencies(pythonProject({ 'pyproject.toml': manifest, 'libs/gone/x': '' })))
  expect(empty).toMatchObject({ code: 'MANIFEST_SOURCE' })
  const broken = pythonProject({ 'pyproject.toml': manifest, 'libs/gone/pyproject.toml': '[project' })
  expect(await refused(() => namedDependencies(broken))).toMatchObject({ code: 'MANIFEST_SYNTAX' })
})
