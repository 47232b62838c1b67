import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verify } from '../../src/package/verify-file.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return []
    }
  })
}

test('§9.1 a whole package verifies, a damaged one does not, and neither stays open', async () => {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  expect(await verify(path, { deep: true })).toMatchObject({ name: 'sample', version: '1.2.3', deep: true })
  const bytes = readFileSync(path)
  bytes[3] = (bytes[3] ?? 0) ^ 1
  writeFileSync(path, bytes)
  await expect(verify(path)).rejects.toMatchObject({ code: 'LAUNCHER_CHECKSUM' })
  if (process.platform === 'linux') expect(openFiles()).not.toContain(path)
})
