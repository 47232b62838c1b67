import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openPackage } from '../../src/package/package-file.ts'
import { type Progress, verifyPackage } from '../../src/package/verify.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

async function changedAt(place: (pkg: ReturnType<typeof openPackage>) => number) {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  const before = openPackage(path)
  before.close()
  const bytes = readFileSync(path)
  const at = place(before)
  bytes[at] = (bytes[at] ?? 0) ^ 0x80
  writeFileSync(path, bytes)
  const pkg = openPackage(path)
  try {
    return await verifyPackage(pkg)
  } finally {
    pkg.close()
  }
}

test('§3.4 a changed byte of a slot is found', async () => {
  const at = (pkg: ReturnType<typeof openPackage>) => Number(pkg.slots[1]?.descriptor.offset) + 3
  await expect(changedAt(at)).rejects.toMatchObject({ code: 'SLOT_DATA', detail: { slot: '1' } })
})

test('§9.2 a changed byte of the launcher is found', async () => {
  await expect(changedAt(() => 3)).rejects.toMatchObject({ code: 'LAUNCHER_CHECKSUM' })
})

test('§9.1 progress counts every stored byte once', async () => {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  const pkg = openPackage(path)
  const events: Progress[] = []
  for (const deep of [false, true]) {
    events.length = 0
    await verifyPackage(pkg, { deep, onProgress: event => events.push(event) })
    expect(events.at(-1)?.done).toBe(events.at(-1)?.total)
    expect(new Set(events.map(event => event.step))).toEqual(
      new Set(['check launcher', 'check slot 0 (app)', 'check slot 1 (readme)']),
    )
  }
  pkg.close()
})
