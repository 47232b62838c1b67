import { expect, test } from 'vitest'
import { pythonOrigin } from '../../../src/builders/python/python-origin.ts'
import { lockFile, pythonProject, standInInterpreter } from './stand-ins.ts'

const measure = { entries: 0, bytes: 0 }
const distribution = (name: string, requires: string[], more = {}) => ({ name, version: '1.0', requires, ...more })

function app(roots = 'share/flavor/cacert.pem') {
  const lib = distribution('lib', ['other', 'app'], { licence: 'MIT', sha256: '12'.repeat(32) })
  const packages = {
    distributions: [lib, distribution('app', [])],
    derived: [],
    roots,
    isBound: false,
    hasZones: false,
  }
  const own = {
    version: '1.0',
    packages: 'key',
    derived: [],
    distributions: [distribution('app', ['lib'])],
    libraries: [],
  }
  return {
    own: { record: { ...own, ...measure }, root: '/o', entries: [] },
    packages: { record: { ...packages, ...measure }, root: '/p', entries: [] },
  }
}

test('distributions, the interpreter and what every package is given are the components', () => {
  const project = pythonProject()
  const { components, dependsOn, sources } = pythonOrigin(project, standInInterpreter(), app(), lockFile())
  expect(components).toMatchObject([
    { ref: 'pypi:app', purl: 'pkg:generic/app@1.0', dependsOn: ['pypi:lib'] },
    { ref: 'pypi:lib', purl: 'pkg:pypi/lib@1.0', licence: 'MIT', sha256: '12'.repeat(32), dependsOn: ['pypi:app'] },
    { ref: 'pypi:certifi', version: '1' },
    { ref: 'interpreter', name: 'CPython', licence: 'PSF-2.0' },
  ])
  expect(dependsOn).toEqual(['pypi:app', 'pypi:certifi', 'interpreter'])
  expect(sources.trees).toEqual([{ name: 'sources:.', directory: project.directory }])
})

test('an interpreter that is not shipped, and roots that a package brought, are no components', () => {
  const interpreter = standInInterpreter({ ships: false })
  const { components } = pythonOrigin(pythonProject(), interpreter, app('lib/certifi/cacert.pem'), lockFile())
  expect(components.map(({ ref }) => ref)).toEqual(['pypi:app', 'pypi:lib'])
})
