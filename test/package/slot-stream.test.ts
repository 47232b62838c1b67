import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OP_XZ } from '../../src/format/operations.ts'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import type { PackageSlot } from '../../src/package/package-slot.ts'
import { decodeSlot, expectStored, readSlot } from '../../src/package/slot-stream.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

async function fileSlotOf(change?: (bytes: Buffer, slot: PackageSlot) => void): Promise<[PackageFile, PackageSlot]> {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  const pkg = openPackage(path)
  const slot = pkg.slots[1]
  if (slot === undefined) throw new Error('the sample has two slots')
  if (change !== undefined) {
    const bytes = readFileSync(path)
    change(bytes, slot)
    writeFileSync(path, bytes)
  }
  return [pkg, slot]
}

async function decoded(pkg: PackageFile, slot: PackageSlot): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of decodeSlot(pkg, slot)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('§3.4 gives the stored and the decoded bytes', async () => {
  const [pkg, slot] = await fileSlotOf()
  expect(
    Buffer.concat([...readSlot(pkg, slot)])
      .subarray(0, 2)
      .toString('hex'),
  ).toBe('1f8b')
  expect(await decoded(pkg, slot)).toContain('a single file')
  pkg.close()
})

test('§3.4 a decoder that fails on changed bytes is not the last word: the changed bytes are', async () => {
  const [pkg, slot] = await fileSlotOf((bytes, { descriptor }) =>
    bytes.fill(0xff, Number(descriptor.offset) + 10, Number(descriptor.offset) + 20),
  )
  await expect(decoded(pkg, slot)).rejects.toMatchObject({ code: 'SLOT_DATA' })
  expect(() => expectStored(pkg, slot)).toThrowError(expect.objectContaining({ code: 'SLOT_DATA' }))
  pkg.close()
})

test('§3.4 refuses a decoded length that is not the signed one', async () => {
  const [pkg, slot] = await fileSlotOf()
  const wrong = (original: number) => ({
    ...slot,
    metadata: { ...slot.metadata, original_size: original },
    descriptor: { ...slot.descriptor, originalSize: BigInt(original) },
  })
  await expect(decoded(pkg, wrong(1000))).rejects.toMatchObject({ code: 'SLOT_DECODED_SIZE' })
  await expect(decoded(pkg, wrong(3))).rejects.toMatchObject({ code: 'DECODED_TOO_LONG' })
  pkg.close()
})

test('§4.3 a chain that nothing here decodes is refused before a byte is read', async () => {
  const [pkg, slot] = await fileSlotOf()
  pkg.close()
  await expect(decoded(pkg, { ...slot, chain: [OP_XZ] })).rejects.toMatchObject({ code: 'OPERATION_UNSUPPORTED' })
})

test('§3.5 $SELF reads as nothing', async () => {
  const [pkg, slot] = await fileSlotOf()
  expect([...readSlot(pkg, { ...slot, isSelf: true })]).toEqual([])
  pkg.close()
})
