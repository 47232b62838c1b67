import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildApp } from '../../../src/builders/python/build-app.ts'
import { scratch } from '../../support/scratch.ts'
import {
  below,
  distribution,
  FakeUv,
  installContext,
  MANIFEST,
  pythonProject,
  refused,
  standInInterpreter,
} from './stand-ins.ts'

const site = `${standInInterpreter().stdlib}/site-packages`
const APP = distribution('app', '1.0', { 'app/cli.py': 'def main(): pass\n' })

function setUp(installed: Record<string, string>, manifest = MANIFEST) {
  const project = pythonProject({ 'pyproject.toml': manifest })
  const fake = new FakeUv(project.directory).says(below(`install/${site}`, installed))
  const record = {
    ...{
      derived: [],
      distributions: [{ name: 'lib', version: '2.1', requires: [] }],
      roots: 'roots.pem',
      isBound: false,
      hasZones: false,
    },
    ...{ entries: 0, bytes: 0 },
  }
  const packages = { record, root: scratch(), entries: [] }
  const tree = scratch()
  const build = () => buildApp({ project, directories: [], packages }, installContext(fake), tree)
  return { project, fake, tree, build }
}

test('the project is built, installed and compiled, and the tree is a virtual environment', async () => {
  const { tree, build } = setUp(APP)
  expect(await build()).toMatchObject({
    version: '1.0',
    derived: [{ path: 'bin/app', template: expect.stringContaining('from app.cli import main') }],
    libraries: [],
  })
  expect(existsSync(join(tree, 'pyvenv.cfg'))).toBe(true)
  expect(existsSync(join(tree, site, 'app/__pycache__'))).toBe(true)
})

test('the version is what the backend says where the manifest leaves it open', async () => {
  const manifest = MANIFEST.replace('version = "1.0"', 'dynamic = ["version"]')
  const { build, project } = setUp(distribution('app', '7.0', { 'app/cli.py': '' }), manifest)
  expect(project.version).toBeUndefined()
  expect((await build()).version).toBe('7.0')
})

test('MANIFEST_COMMAND: a command whose module is in no package, with its line', async () => {
  const script = await refused(setUp(APP, MANIFEST.replace('app.cli:main', 'app.gone:main')).build)
  expect(script).toMatchObject({ code: 'MANIFEST_COMMAND', detail: { line: '8', field: 'project.scripts.app' } })
  const entry = MANIFEST.replace('[project.scripts]\napp = "app.cli:main"', '[tool.flavor]\nentry_point = "gone:main"')
  const point = await refused(setUp(APP, entry).build)
  expect(point).toMatchObject({ code: 'MANIFEST_COMMAND', detail: { line: '8', field: 'tool.flavor.entry_point' } })
})

test('a command may run a module of the standard library', async () => {
  const { build } = setUp(APP, MANIFEST.replace('app.cli:main', 'http.server:test'))
  expect((await build()).derived[0]?.template).toContain('from http.server import test')
})

test('LOCK_STALE: a requirement that only the backend knows and the lock does not', async () => {
  const metadata = 'Metadata-Version: 2.1\nName: app\nVersion: 1.0\nRequires-Dist: secret>=1\n'
  const { build } = setUp({ ...APP, 'app-1.0.dist-info/METADATA': metadata })
  expect(await refused(build)).toMatchObject({
    code: 'LOCK_STALE',
    detail: { got: expect.stringContaining('secret>=1') },
  })
})
