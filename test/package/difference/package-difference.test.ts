import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateKeyPair } from '../../../src/crypto/keys.ts'
import { encodeIndexBlock, parseIndexBlock } from '../../../src/format/index-block.ts'
import { OP_GZIP, OP_TAR } from '../../../src/format/operations.ts'
import { TRAILER_SIZE } from '../../../src/format/trailer.ts'
import { type Difference, packageDifferences } from '../../../src/package/difference/package-difference.ts'
import type { OriginPart } from '../../../src/package/origin/add-origin.ts'
import { openPackage } from '../../../src/package/package-file.ts'
import type { PackagePlan } from '../../../src/package/package-plan.ts'
import type { WriteOptions } from '../../../src/package/writer.ts'
import { BILL_PART, provenancePart } from '../../support/origin-sample.ts'
import { fakeLauncher, samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

async function sample(change: (plan: PackagePlan) => PackagePlan = plan => plan, options: Partial<WriteOptions> = {}) {
  const directory = scratch()
  return (await writeSample(directory, change(samplePlan(join(directory, 'plan'))), options)).path
}

async function differences(one: string, other: string): Promise<Difference[]> {
  const [a, b] = [openPackage(one), openPackage(other)]
  try {
    const found: Difference[] = []
    for await (const difference of packageDifferences(a, b)) found.push(difference)
    return found
  } finally {
    a.close()
    b.close()
  }
}

test('the same package differs in nothing', async () => {
  expect(await differences(await sample(), await sample())).toEqual([])
})

test('fields of the signed metadata are told by name', async () => {
  const changed = await sample(plan => ({ ...plan, package: { ...plan.package, version: '2' } }))
  expect(await differences(await sample(), changed)).toEqual([
    { kind: 'field', slot: null, path: 'package.version', a: '"1.2.3"', b: '"2"' },
  ])
})

test('another key and another launcher are told once, not by all that follows', async () => {
  const key = await differences(await sample(), await sample(undefined, { key: generateKeyPair() }))
  expect(key.map(({ kind, path }) => [kind, path])).toEqual([
    ['key', null],
    ['field', 'key_id'],
  ])
  const directory = scratch()
  const launcher = fakeLauncher(directory)
  writeFileSync(launcher.path, '#!/bin/sh\nexit 8\n')
  const found = await differences(await sample(), await sample(undefined, { launcher }))
  expect(found).toMatchObject([{ kind: 'launcher', a: expect.stringContaining('17 bytes, sha256:') }])
})

test('of slots the files are told that differ, were added or are gone', async () => {
  const changed = await sample(plan => ({
    ...plan,
    slots: plan.slots.map(slot => {
      if (slot.content.kind !== 'tree') return slot
      const entries = slot.content.entries.map(entry => {
        if (entry.path === 'bin/alias') return { ...entry, path: 'bin/other' }
        return entry.path === 'bin/run' ? { ...entry, size: 3, content: { bytes: Buffer.from('new') } } : entry
      })
      return { ...slot, content: { ...slot.content, entries } }
    }),
  }))
  const found = await differences(await sample(), changed)
  expect(found.map(({ kind, slot, path, a, b }) => [kind, slot, path, a === null, b === null])).toEqual([
    ['file', 'app', 'bin/alias', false, true],
    ['file', 'app', 'bin/run', false, false],
    ['file', 'app', 'bin/twin', false, false],
    ['file', 'app', 'bin/other', true, false],
  ])
})

test('the same files stored otherwise, and a slot that only one has', async () => {
  const stored = await sample(plan => ({
    ...plan,
    slots: plan.slots.slice(0, 1).map(slot => ({ ...slot, operations: [OP_TAR, OP_GZIP] })),
  }))
  const found = await differences(await sample(), stored)
  expect(found.map(({ kind, slot, path }) => [kind, slot, path])).toEqual([
    ['field', null, 'slots[app].operations'],
    ['field', null, 'slots[readme]'],
    ['field', null, 'order[1]'],
    ['slot', 'app', null],
    ['slot', 'readme', null],
  ])
})

test('of documents the places are told that differ, but not what follows from them', async () => {
  const other: OriginPart = {
    key: 'sbom',
    make: async parts => {
      const bill = JSON.parse(Buffer.from(await BILL_PART.make(parts)).toString())
      return Buffer.from(JSON.stringify({ ...bill, serialNumber: 'x', components: bill.components.slice(1) }))
    },
  }
  const one = await sample(undefined, { origin: [BILL_PART, provenancePart()] })
  const two = await sample(undefined, { origin: [other, provenancePart()] })
  expect((await differences(one, two)).map(({ kind, path }) => [kind, path])).toEqual([['sbom', 'components[one]']])
})

test('where all that is signed is the same, the first other byte is told', async () => {
  const [one, two] = [await sample(), await sample()]
  const bytes = readFileSync(two)
  const start = bytes.length - TRAILER_SIZE + 4
  const index = parseIndexBlock(bytes.subarray(start, start + 8192))
  bytes.set(encodeIndexBlock({ ...index, hints: { ...index.hints, pageSize: 8192 } }), start)
  writeFileSync(two, bytes)
  expect(await differences(one, two)).toMatchObject([{ kind: 'layout', path: expect.stringMatching(/^offset \d+$/) }])
})
