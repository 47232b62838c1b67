import { expect, test } from 'vitest'
import { installedApp } from '../../../src/builders/python/installed-app.ts'
import { scratch } from '../../support/scratch.ts'
import {
  below,
  distribution,
  FakeUv,
  lockFile,
  pythonProject,
  refused,
  standInInterpreter,
  writeFiles,
} from './stand-ins.ts'

const interpreter = standInInterpreter()
const site = `${interpreter.stdlib}/site-packages`
const INSTALLED = below(`install/${site}`, {
  ...distribution('app', '1.0', { 'app/cli.py': 'def main(): pass\n' }),
  ...distribution('certifi', '1', { 'certifi/cacert.pem': '' }),
})

function setUp(files: Record<string, string> = {}) {
  const project = pythonProject(files)
  const fake = new FakeUv(project.directory).says(INSTALLED)
  const cacheDirectory = scratch()
  const steps: string[] = []
  const inputs = {
    ...{ project, interpreter, lock: lockFile(), python: '3.11', hasUvLock: 'uv.lock' in files, cacheDirectory },
    ...{ environment: {}, uv: async () => fake.uv, onStep: (step: string) => steps.push(step) },
  }
  return { project, fake, inputs, steps }
}

test('an unchanged project is taken from the cache, without uv', async () => {
  const { fake, inputs } = setUp()
  const first = await installedApp(inputs)
  const calls = fake.calls().length
  const second = await installedApp({ ...inputs, uv: () => Promise.reject(new Error('not needed')) })
  expect(second).toEqual(first)
  expect(fake.calls()).toHaveLength(calls)
})

test('after a change of the project its packages are not installed again', async () => {
  const { project, inputs, steps, fake } = setUp()
  const first = await installedApp(inputs)
  writeFiles(project.directory, { 'app/new.py': '' })
  const before = fake.calls().length
  const second = await installedApp(inputs)
  expect(second.packages).toEqual(first.packages)
  expect(
    fake
      .calls()
      .slice(before)
      .map(call => call.split(' ').slice(0, 2).join(' ')),
  ).toEqual(['build --wheel', 'pip install'])
  expect(steps.filter(step => step.startsWith('installing'))).toHaveLength(1)
})

test('another lock or interpreter is another installation', async () => {
  const { inputs } = setUp()
  const first = await installedApp(inputs)
  const newer = [{ requirement: 'lib==2.2', hashes: [`sha256:${'5'.repeat(64)}`] }]
  const other = lockFile().resolutions.map(resolution => ({ ...resolution, packages: newer }))
  const second = await installedApp({ ...inputs, lock: lockFile({ resolutions: other }) })
  const third = await installedApp({ ...inputs, interpreter: { ...interpreter, sha256: 'cd'.repeat(32) } })
  expect(new Set([first, second, third].map(({ packages }) => packages.root)).size).toBe(3)
})

test('a uv.lock says what is installed, and a project in it that flavor.lock does not know is refused', async () => {
  const { fake, inputs } = setUp({ 'uv.lock': '' })
  const beside = { purpose: 'project' as const, inputs: ['uv.lock'], directories: [], packages: [] }
  const lock = lockFile({ resolutions: [beside, ...lockFile().resolutions.slice(1)] })
  fake.says({ export: `lib==2.2 --hash=sha256:${'3'.repeat(64)}\n` })
  await installedApp({ ...inputs, lock })
  expect(fake.calls().find(call => call.startsWith('export'))).toContain('--locked')
  fake.says({ export: './unknown\n', 'install/x': '' })
  writeFiles(inputs.project.directory, { 'app/new.py': '' })
  expect(await refused(() => installedApp({ ...inputs, lock }))).toMatchObject({ code: 'LOCK_STALE' })
})
