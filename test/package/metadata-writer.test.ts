import { expect, test } from 'vitest'
import { keyId } from '../../src/crypto/key-id.ts'
import { parseMetadata } from '../../src/format/metadata.ts'
import { writeMetadata } from '../../src/package/metadata-writer.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { sampleTree, TEST_KEY } from '../support/sample-plan.ts'

const plan: PackagePlan = {
  package: { name: 'p', version: '1' },
  execution: { command: 'x', env: { A: '1' }, environment: { B: '2' } },
  slots: [sampleTree(), { ...sampleTree(), id: 'me', content: { kind: 'self' }, operations: [] }],
  platforms: [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.36' }],
  minimumLevel: 'none',
}
const hash = 'cd'.repeat(32)
const encoded = { path: '', size: 9, checksum: hash, originalSize: 20, tree: hash, files: 1, bytes: 3 }
const context = {
  publicKey: TEST_KEY.publicKey,
  ephemeral: true,
  testKey: true,
  timestamp: 1_700_000_000,
  launcher: { tool: 't', toolVersion: '2', size: 17, checksum: hash },
}
const written = () => writeMetadata(plan, [encoded, undefined], context)

test('§5.3 what is written is read back as it was planned', () => {
  const metadata = parseMetadata(written())
  expect(metadata).toMatchObject({
    ...{
      package: { name: 'p', version: '1', description: '' },
      ephemeral: true,
      test_key: true,
      key_id: keyId(TEST_KEY.publicKey),
    },
    ...{ verification: { minimum_level: 'none' }, launcher: { size: 17, checksum: `sha256:${hash}` } },
    ...{ build: { tool: 'flavor', timestamp: '2023-11-14T22:13:20Z' }, platforms: plan.platforms },
  })
  expect(metadata.slots[0]).toMatchObject({
    original_size: 20,
    tree: `sha256:${hash}`,
    files: 1,
    bytes: 3,
    self_ref: false,
  })
  expect(metadata.slots[1]).toMatchObject({ size: 0, checksum: '', self_ref: true })
})

test('reference §4.4: every reader finds the environment under the name that it knows', () => {
  const { execution } = parseMetadata(written())
  expect(execution.env).toEqual({ A: '1', B: '2' })
  expect(execution.environment).toEqual(execution.env)
})

test('§11 the same plan gives the same bytes, and none of this machine', () => {
  expect(Buffer.compare(written(), written())).toBe(0)
  const text = Buffer.from(written()).toString()
  expect(text).not.toContain(process.cwd())
  expect(JSON.parse(text).build.platform).toEqual({ os: 'linux', arch: 'amd64', host: 'linux/amd64' })
})
