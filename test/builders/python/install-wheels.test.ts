import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installWheels } from '../../../src/builders/python/install-wheels.ts'
import { scratch } from '../../support/scratch.ts'
import { FakeUv, installContext, refused } from './stand-ins.ts'

const HASH = `sha256:${'a'.repeat(64)}`
const PACKAGES = [{ requirement: 'lib==2.1', hashes: [HASH] }]
const WHEELS = [{ path: '/w/app-1.0-py3-none-any.whl', name: 'app', version: '1.0', sha256: 'b'.repeat(64) }]

test('packages and wheels are installed by their hashes, and nothing is resolved', async () => {
  const fake = new FakeUv(scratch()).says({ 'install/lib/x.py': '' })
  const prefix = join(scratch(), 'tree')
  await installWheels({ packages: PACKAGES, wheels: WHEELS, prefix }, installContext(fake))
  expect(existsSync(join(prefix, 'lib/x.py'))).toBe(true)
  expect(fake.calls()[0]).toMatch(/--no-deps --link-mode copy .*--require-hashes/)
  const requirements = readFileSync(join(fake.root, 'requirements'), 'utf8')
  expect(requirements).toBe(
    `lib==2.1 --hash=${HASH}\napp @ file:///w/app-1.0-py3-none-any.whl --hash=sha256:${'b'.repeat(64)}\n`,
  )
})

test('nothing to install needs no uv', async () => {
  const fake = new FakeUv(scratch())
  await installWheels({ packages: [], wheels: [], prefix: scratch() }, installContext(fake))
  expect(fake.calls()).toEqual([])
})

test('a commit has no hash to ask for; all others are checked all the same', async () => {
  const fake = new FakeUv(scratch()).says({ 'install/x': '' })
  const commit = { requirement: `c @ git+ssh://example.test/c@${'d'.repeat(40)}`, hashes: [] }
  await installWheels({ packages: [...PACKAGES, commit], wheels: [], prefix: scratch() }, installContext(fake))
  expect(fake.calls()[0]).not.toContain('--require-hashes')
  expect(fake.calls()[0]).not.toContain('--no-verify-hashes')
})

test('INSTALL_FAILED, REGISTRY_FAILED', async () => {
  const fake = new FakeUv(scratch()).says({ 'install.error': 'error: Hash mismatch for `lib==2.1`\n' })
  const install = () => installWheels({ packages: PACKAGES, wheels: [], prefix: scratch() }, installContext(fake))
  expect(await refused(install)).toMatchObject({
    code: 'INSTALL_FAILED',
    detail: { got: expect.stringContaining('Hash mismatch') },
  })
  fake.says({ 'install.error': 'cause: Connection refused\n' })
  expect(await refused(install)).toMatchObject({ code: 'REGISTRY_FAILED' })
})
