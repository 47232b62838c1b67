import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IndexBlock } from '../../src/format/index-block.ts'
import { checkLayout, checkSlotRegions } from '../../src/format/layout.ts'
import type { SlotDescriptor } from '../../src/format/slot-descriptor.ts'
import { refusal, valueOrRefusal } from './refusals.ts'
import { DESCRIPTOR, INDEX } from './samples.ts'

const SIZE = 10_000n
/** Where the trailer of such a file begins. */
const END = 1800n

const slot = (id: number, offset: bigint, size: bigint): SlotDescriptor => ({
  ...DESCRIPTOR,
  id: BigInt(id),
  offset,
  size,
})
const layoutOf = (changes: Partial<IndexBlock> = {}) => checkLayout({ ...INDEX, ...changes }, SIZE)

test('§2.4 the regions of a good file, and the gaps between them', () => {
  const layout = layoutOf()
  expect(layout.launcher).toMatchObject({ start: 0, end: 17 })
  expect(layout.metadata).toMatchObject({ start: 17, end: 617 })
  expect(layout.slotTable).toMatchObject({ start: 624, end: 752 })
  expect(layout.trailer).toMatchObject({ start: 1800, end: 10_000 })
  const gaps = checkSlotRegions(layout, [slot(0, 760n, 40n), slot(1, 800n, 990n)])
  expect(gaps.map(gap => [gap.start, gap.end])).toEqual([
    [617, 624],
    [752, 760],
    [1790, 1800],
  ])
})

test('§2.4 slots may lie in any order; an empty one lies nowhere', () => {
  const gaps = checkSlotRegions(layoutOf(), [slot(0, 1000n, 800n), slot(1, 752n, 248n), slot(2, 1200n, 0n)])
  expect(gaps.map(gap => [gap.start, gap.end])).toEqual([[617, 624]])
})

describe('§2.4 refuses', () => {
  test.each([
    ['INDEX_PACKAGE_SIZE', { packageSize: SIZE - 1n }],
    ['INDEX_LIMIT', { slotCount: 1025 }],
    ['INDEX_LIMIT', { metadataSize: 16n * 1024n * 1024n + 1n }],
    ['INDEX_BOUNDS', { launcherSize: END + 1n }],
    ['INDEX_BOUNDS', { metadataSize: 0n }],
    ['INDEX_BOUNDS', { metadataOffset: 2n ** 64n - 1n }],
    ['INDEX_BOUNDS', { slotTableOffset: END - 127n }],
    ['INDEX_OVERLAP', { launcherSize: 18n }],
    ['INDEX_OVERLAP', { metadataSize: 608n }],
    ['INDEX_OVERLAP', { slotTableOffset: 0n }],
  ])('%s: %o', (code, changes) => {
    expect(() => layoutOf(changes)).toThrow(refusal(code))
  })

  test.each([
    ['INDEX_BOUNDS', [slot(0, 1000n, 801n)]],
    ['INDEX_BOUNDS', [slot(0, 2n ** 64n - 8n, 16n)]],
    ['INDEX_OVERLAP', [slot(0, 751n, 1n)]],
    ['INDEX_OVERLAP', [slot(0, 16n, 1n)]],
    ['INDEX_OVERLAP', [slot(0, 800n, 10n), slot(1, 809n, 1n)]],
    ['INDEX_OVERLAP', [slot(0, 800n, 100n), slot(1, 850n, 1n)]],
  ])('%s: slots %o', (code, slots) => {
    expect(() => checkSlotRegions(layoutOf(), slots)).toThrow(refusal(code))
  })

  test('a file above 2^53 - 1 bytes, whose offsets a number would round', () => {
    const size = 2n ** 53n
    expect(() => checkLayout({ ...INDEX, packageSize: size }, size)).toThrow(refusal('INDEX_LIMIT'))
    expect(checkLayout({ ...INDEX, packageSize: size - 1n }, size - 1n).trailer.end).toBe(Number.MAX_SAFE_INTEGER)
  })
})

test('§2.4 regions and gaps cover every byte exactly once, or the file is refused', () => {
  const offset = fc.bigInt({ min: 700n, max: 1900n })
  const slots = fc.array(fc.tuple(offset, fc.bigInt({ min: 0n, max: 300n })), { maxLength: 5 })
  let accepted = 0
  fc.assert(
    fc.property(slots, places => {
      const layout = layoutOf()
      const descriptors = places.map(([start, size], id) => slot(id, start, size))
      const gaps = valueOrRefusal(() => checkSlotRegions(layout, descriptors))
      if (gaps === undefined) return
      accepted++
      const covered = new Uint8Array(Number(SIZE))
      const regions = descriptors.map(one => ({ start: Number(one.offset), end: Number(one.offset + one.size) }))
      for (const { start, end } of [...Object.values(layout), ...gaps, ...regions]) {
        for (let at = start; at < end; at++) covered[at] = (covered[at] ?? 0) + 1
      }
      expect(covered.every(count => count === 1)).toBe(true)
    }),
  )
  expect(accepted).toBeGreaterThan(0)
})
