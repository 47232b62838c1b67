import { expect, test } from 'vitest'
import { MAX_ORIGIN, originSlot, readOrigin } from '../../../src/package/origin/origin-slot.ts'
import { originPackage, part } from '../../support/origin-sample.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('the slot that the metadata names is read', async () => {
  const pkg = await originPackage([part('sbom', 'text')])
  expect(Buffer.from(await readOrigin(pkg, 'sbom')).toString()).toBe('text')
  expect(originSlot(pkg, 'provenance')).toBeUndefined()
  await expect(readOrigin(pkg, 'provenance')).rejects.toThrow(code('ORIGIN_ABSENT'))
  pkg.close()
})

test('§5.8 refuses a name of no slot, of a tree, and too long a slot', async () => {
  const pkg = await originPackage([part('sbom', 'text')])
  const named = (id: string) => ({ ...pkg, metadata: { ...pkg.metadata, sbom: id } })
  expect(() => originSlot(named('nothing'), 'sbom')).toThrow(code('ORIGIN_SLOT'))
  expect(() => originSlot(named('app'), 'sbom')).toThrow(code('ORIGIN_SLOT'))
  const slots = pkg.slots.map(slot => ({ ...slot, metadata: { ...slot.metadata, original_size: MAX_ORIGIN + 1 } }))
  expect(() => originSlot({ ...pkg, slots }, 'sbom')).toThrow(code('ORIGIN_SLOT'))
  pkg.close()
})
