import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildPackages } from '../../../src/builders/python/build-packages.ts'
import { scratch } from '../../support/scratch.ts'
import { below, distribution, FakeUv, installContext, standInInterpreter } from './stand-ins.ts'

const interpreter = standInInterpreter()
const site = `${interpreter.stdlib}/site-packages`
const PACKAGES = [{ requirement: 'lib==2.1', hashes: ['sha256:x'] }]

async function build(files: Record<string, string>) {
  const fake = new FakeUv(scratch()).says({
    ...below(`install/${site}`, files),
    'install/bin/lib': `#!${interpreter.root}/${interpreter.executable}\n`,
  })
  const tree = scratch()
  return { tree, fake, record: await buildPackages(PACKAGES, installContext(fake), tree) }
}

const LIB = distribution('lib', '2.1', {
  'lib.py': 'x = 1\n',
  'INFO/entry_points.txt': '[console_scripts]\nlib = lib:x\n',
})

test('packages are installed and compiled, their scripts wait for their place', async () => {
  const { tree, record, fake } = await build({ ...LIB, ...distribution('certifi', '1', { 'certifi/cacert.pem': '' }) })
  expect(record).toMatchObject({
    derived: [{ path: 'bin/lib', template: expect.stringContaining('from lib import x') }],
    distributions: [
      { name: 'certifi', version: '1' },
      { name: 'lib', version: '2.1' },
    ],
    roots: `${site}/certifi/cacert.pem`,
    isBound: true,
    hasZones: false,
  })
  expect(existsSync(join(tree, 'bin/lib'))).toBe(false)
  expect(readdirSync(join(tree, site, '__pycache__'))).toHaveLength(1)
  expect(fake.calls()).toHaveLength(1)
})

test('roots of trust are added where no package brings them, time zones where a module asks for them', async () => {
  const asking = { ...LIB, 'ask.py': 'from zoneinfo import ZoneInfo\n' }
  // What uv would install a second time, into a place of its own.
  const { fake, record } = await build({ ...asking, 'certifi/cacert.pem': '', 'tzdata/__init__.py': '' })
  expect(record).toMatchObject({ roots: 'share/flavor/cacert.pem', hasZones: true })
  expect(fake.calls().length).toBeGreaterThan(1)
})
