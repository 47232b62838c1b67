import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkPinnedKeys } from '../../src/launch/pinned-keys.ts'
import { openForLaunch } from '../../src/launch/prepare-launch.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { TEST_KEY } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { ALICE, pinLine, writeTrust } from '../support/trust-place.ts'
import { writeShellPackage } from './shell-package.ts'

async function packed() {
  const directory = scratch()
  const { path } = await writeShellPackage(directory)
  const trust = join(directory, '.config/flavor/trust')
  const check = (environment: Record<string, string> = { HOME: directory }) => {
    const pkg = openPackage(path)
    try {
      checkPinnedKeys(pkg, environment)
    } finally {
      pkg.close()
    }
  }
  return { directory, path, trust, check }
}

const untrusted = expect.objectContaining({ code: 'KEY_UNTRUSTED' })

test('trust §9 a launcher holds its package to the keys of the user, before anything is unpacked', async () => {
  const { directory, path, trust, check } = await packed()
  check()
  writeTrust(trust, { 'for-sample.keys': pinLine(TEST_KEY, 'sample') })
  check()
  writeTrust(trust, { 'for-sample.keys': pinLine(ALICE, 'sample') })
  expect(() => check()).toThrow(untrusted)
  const environment = { HOME: directory, FLAVOR_CACHE: join(directory, 'cache') }
  const io = { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 }
  await expect(openForLaunch({ path, argv: ['x'], environment, io, log: () => {} })).rejects.toEqual(untrusted)
})

test('trust §1 no variable of ours changes that', async () => {
  const { directory, trust, check } = await packed()
  writeTrust(trust, { 'all.keys': pinLine(ALICE, '*') })
  const FLAVOR = { FLAVOR_VALIDATION: 'none', FLAVOR_TRUST_POLICY: 'open', FLAVOR_CACHE: '/x', FLAVOR_TRUST: 'off' }
  expect(() => check({ HOME: directory, ...FLAVOR })).toThrow(untrusted)
})

test('trust §2.5 an unsafe keyring is refused by its name', async () => {
  const { trust, check } = await packed()
  writeTrust(trust, {})
  chmodSync(trust, 0o777)
  expect(() => check()).toThrow(
    expect.objectContaining({ code: 'TRUST_FILE_UNSAFE', message: expect.stringContaining(trust) }),
  )
})
