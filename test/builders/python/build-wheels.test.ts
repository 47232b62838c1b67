import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { buildWheel } from '../../../src/builders/python/build-wheels.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import { FakeUv, installContext, pythonProject, refused } from './stand-ins.ts'

function setUp() {
  const { directory } = pythonProject()
  const fake = new FakeUv(directory)
  return { directory, fake, context: installContext(fake) }
}

test('a wheel is built in an environment of exactly the locked packages', async () => {
  const { directory, fake, context } = setUp()
  const wheel = await buildWheel(directory, context)
  expect(wheel).toMatchObject({ version: '1.0', sha256: sha256Hex(readFileSync(wheel.path)) })
  const [call = ''] = fake.calls()
  expect(call).toMatch(/^build --wheel --force-pep517 .*--require-hashes/)
  const constraints = /--build-constraints (\S+)/.exec(call)?.[1] ?? ''
  expect(readFileSync(constraints, 'utf8')).toMatch(/^backend==1\.5 --hash=sha256:[0-9a-f]{64}\n$/)
})

test('two wheels do not meet, and the project stays clean', async () => {
  const { directory, context } = setUp()
  const [one, two] = [await buildWheel(directory, context), await buildWheel(directory, context)]
  expect(one.path).not.toBe(two.path)
  expect(basename(one.path)).toBe(basename(two.path))
  expect(existsSync(`${directory}/build`)).toBe(false)
})

test('WHEEL_FAILED tells which requirement a backend adds in secret', async () => {
  const { directory, fake, context } = setUp()
  fake.says({ 'build.error': 'cause: Hash-checking is required, but no trusted hash was provided for: `secret`\n' })
  const refusal = await refused(() => buildWheel(directory, context))
  expect(refusal).toMatchObject({ code: 'WHEEL_FAILED', hint: expect.stringContaining('secret') })
  fake.says({ 'build.error': 'error: dns error\n' })
  expect(await refused(() => buildWheel(directory, context))).toMatchObject({ code: 'REGISTRY_FAILED' })
})
