import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OP_BZIP2, OP_TAR } from '../../src/format/operations.ts'
import { extractSlot } from '../../src/package/extract.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { verifyPackage } from '../../src/package/verify.ts'
import { fileSlot, samplePlan, sampleTree, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

test('§2 what is written opens, verifies deeply and unpacks to what was planned', async () => {
  const directory = scratch()
  const written = await writeSample(directory, samplePlan(directory))
  const pkg = openPackage(written.path)
  const report = await verifyPackage(pkg, { deep: true })
  expect(report).toMatchObject({
    name: 'sample',
    version: '1.2.3',
    launcherCovered: true,
    deep: true,
    size: written.size,
  })
  expect(report.slots.map(slot => slot.files)).toEqual([3, 1])
  const out = scratch()
  for (const slot of pkg.slots) await extractSlot(pkg, slot, out, { readOnly: true })
  pkg.close()
  expect(readFileSync(join(out, 'bin/run'), 'utf8')).toBe('#!/bin/sh\necho "$@" ok')
  expect(readlinkSync(join(out, 'bin/alias'))).toBe('run')
  expect(statSync(join(out, 'bin/twin')).ino).toBe(statSync(join(out, 'bin/run')).ino)
  expect(lstatSync(join(out, 'bin/run')).mode & 0o777).toBe(0o555)
  expect(lstatSync(join(out, 'bin/Ünïcode name')).mode & 0o777).toBe(0o444)
  expect(readFileSync(join(out, 'share/readme.txt'), 'utf8')).toContain('a single file')
  expect(statSync(written.path).mode & 0o111).not.toBe(0)
})

test('§11 the same plan gives the same bytes in another directory', async () => {
  const [one, two] = [scratch(), scratch()]
  const [a, b] = [await writeSample(one, samplePlan(one)), await writeSample(two, samplePlan(two))]
  expect(Buffer.compare(readFileSync(a.path), readFileSync(b.path))).toBe(0)
})

test('a second writing takes the encoded slots from the cache, and gives the same bytes', async () => {
  const directory = scratch()
  const cacheDirectory = join(directory, 'cache')
  const first = await writeSample(directory, samplePlan(directory), { cacheDirectory })
  const bytes = readFileSync(first.path)
  const second = await writeSample(directory, samplePlan(directory), { cacheDirectory })
  expect(first.slots.map(slot => slot.cached)).toEqual([false, false])
  expect(second.slots.map(slot => slot.cached)).toEqual([true, true])
  expect(Buffer.compare(bytes, readFileSync(second.path))).toBe(0)
})

test('a rotten cache entry fails the packing, never the package', async () => {
  const directory = scratch()
  const cacheDirectory = join(directory, 'cache')
  await writeSample(directory, samplePlan(directory), { cacheDirectory })
  for (const key of readdirSync(cacheDirectory)) {
    const data = join(cacheDirectory, key, 'data')
    writeFileSync(data, Buffer.alloc(statSync(data).size))
  }
  await expect(writeSample(directory, samplePlan(directory), { cacheDirectory })).rejects.toMatchObject({
    code: 'PLAN_INVALID',
  })
})

test('a failure leaves the former output alone and nothing beside it', async () => {
  const directory = scratch()
  const plan = samplePlan(directory)
  const written = await writeSample(directory, plan)
  const before = readFileSync(written.path)
  const broken = { ...plan, slots: [...plan.slots, fileSlot('gone', join(directory, 'gone'), 'gone')] }
  await expect(writeSample(directory, broken)).rejects.toMatchObject({ code: 'FILE_READ' })
  expect(Buffer.compare(before, readFileSync(written.path))).toBe(0)
  expect(readdirSync(directory).sort()).toEqual(['app.psp', 'launcher', 'readme.txt'])
})

test('§9.2 a launcher that already carries a package is refused', async () => {
  const directory = scratch()
  const written = await writeSample(directory, samplePlan(directory))
  const launcher = { path: written.path, tool: 'fake', toolVersion: '0' }
  const output = join(directory, 'twice.psp')
  await expect(writeSample(directory, samplePlan(directory), { launcher, output })).rejects.toMatchObject({
    code: 'LAUNCHER_UNUSABLE',
  })
})

test('a slot that nothing can decode is refused when it is packed', async () => {
  const directory = scratch()
  const plan = samplePlan(directory)
  const slot = { ...sampleTree(), operations: [OP_TAR, OP_BZIP2] }
  await expect(writeSample(directory, { ...plan, slots: [slot] })).rejects.toMatchObject({
    code: 'OPERATION_UNSUPPORTED',
  })
})

test('§6.1 a plan whose tree leaves its root is refused before anything is written', async () => {
  const directory = scratch()
  const plan = samplePlan(directory)
  const outward = { type: 'symlink' as const, path: 'bin/out', target: '../../etc' }
  const slot = { ...sampleTree(), content: { kind: 'tree' as const, entries: [outward] } }
  await expect(writeSample(directory, { ...plan, slots: [slot] })).rejects.toMatchObject({ code: 'ENTRY_LINK' })
})
