import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LaunchOptions, openForLaunch, prepareLaunch } from '../../src/launch/prepare-launch.ts'
import { refusal } from '../format/refusals.ts'
import { TEST_KEY } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

async function prepare(path: string, directory: string, environment: Record<string, string> = {}) {
  const lines: string[] = []
  const options: LaunchOptions = {
    path,
    argv: ['./typed'],
    environment: { FLAVOR_CACHE: join(directory, 'cache'), ...environment },
    io: { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 },
    log: (level, message) => lines.push(`${level} ${message}`),
  }
  const pkg = await openForLaunch(options)
  const prepared = await prepareLaunch(pkg, options)
  prepared.workenv.release()
  pkg.close()
  return { ...prepared, lines }
}

test('§5.5 gives placeholders and variables their values', async () => {
  const directory = scratch()
  const { path } = await writeShellPackage(directory)
  const { workenv, values, variables } = await prepare(path, directory)
  expect(values).toMatchObject({
    workenv: workenv.root,
    package_name: 'sample',
    version: '1.2.3',
    primarySlot: 0,
    slots: [workenv.root, join(workenv.root, 'share/readme.txt')],
  })
  expect(variables).toMatchObject({ FLAVOR_WORKENV: workenv.root, FLAVOR_ORIGINAL_COMMAND: './typed' })
})

test('§7.2 names that pass asks for and that are not set are told at level info', async () => {
  const directory = scratch()
  const runtimeEnv = { pass: ['NOPE'], unset: [], map: {}, set: {} }
  const { path } = await writeShellPackage(directory, { changes: { runtimeEnv } })
  expect((await prepare(path, directory)).lines).toContain('info runtime.env.pass names NOPE, which is not set')
})

describe('§9.1 no level makes anything run that was not signed', () => {
  test.each(['none', 'minimal', 'relaxed', 'standard', 'strict'])('at %s', async level => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, { changes: { minimumLevel: 'none' } })
    const bytes = readFileSync(path)
    const key = bytes.lastIndexOf(TEST_KEY.publicKey)
    // The first byte of the signature, 64 bytes behind the key; then the checksum of the index no longer fits either.
    bytes.writeUInt8(bytes.readUInt8(key + 64) ^ 1, key + 64)
    writeFileSync(path, bytes)
    await expect(prepare(path, directory, { FLAVOR_VALIDATION: level })).rejects.toThrowError(refusal('INDEX_CHECKSUM'))
    bytes.writeUInt32LE(adlerOf(bytes.subarray(key - 64, key - 64 + 8192)), key - 60)
    writeFileSync(path, bytes)
    await expect(prepare(path, directory, { FLAVOR_VALIDATION: level })).rejects.toThrowError(
      refusal('SIGNATURE_INVALID'),
    )
  })
})

/** §2.3, by the definition. */
function adlerOf(index: Buffer): number {
  let [a, b] = [1, 0]
  for (const [at, byte] of index.entries()) {
    a = (a + (at >= 4 && at < 8 ? 0 : byte)) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}
