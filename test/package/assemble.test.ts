import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signEd25519 } from '../../src/crypto/ed25519.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { parseSlotDescriptor } from '../../src/format/slot-descriptor.ts'
import { parseTrailer } from '../../src/format/trailer.ts'
import { assemble } from '../../src/package/assemble.ts'
import { fileSlot, TEST_KEY } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

test('§2.4 table and slots begin at multiples of 8, the trailer right behind the last slot', () => {
  const directory = scratch()
  const [launcher, body, path] = ['launcher', 'body', 'out'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(launcher, 'seventeen bytes!!')
  writeFileSync(body, 'eleven byte')
  const encoded = {
    ...{ path: body, size: 11, checksum: sha256Hex(Buffer.from('eleven byte')), originalSize: 11 },
    ...{ tree: '', files: 1, bytes: 11 },
  }
  const slots = [
    fileSlot('a', body, 'a'),
    { ...fileSlot('me', '', 'me'), content: { kind: 'self' as const } },
    fileSlot('b', body, 'b'),
  ]
  const signed = { publicKey: TEST_KEY.publicKey, signature: signEd25519(Buffer.from('{}'), TEST_KEY) }
  const parts = { launcher: { path: launcher, size: 17 }, metadata: Buffer.from('{}'), ...signed }
  assemble(path, { ...parts, slots, encoded: [encoded, undefined, encoded] })
  const bytes = readFileSync(path)
  const index = parseTrailer(bytes.subarray(-8200), BigInt(bytes.length))
  expect(index).toMatchObject({
    launcherSize: 17n,
    metadataOffset: 17n,
    slotCount: 3,
    packageSize: BigInt(bytes.length),
  })
  const start = Number(index.slotTableOffset)
  const [a, self, b] = [0, 1, 2].map(n => parseSlotDescriptor(bytes.subarray(start + n * 64, start + n * 64 + 64), n))
  expect([start % 8, Number(a?.offset) % 8, Number(b?.offset) % 8]).toEqual([0, 0, 0])
  expect(self).toMatchObject({ offset: 0n, size: 0n, checksum: 0n })
  expect(Number(b?.offset) + 11 + 8200).toBe(bytes.length)
})
