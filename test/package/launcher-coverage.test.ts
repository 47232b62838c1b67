import { expect, test } from 'vitest'
import { checkLauncher, checkLauncherSize, isLauncherCovered } from '../../src/package/launcher-coverage.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

async function opened() {
  const directory = scratch()
  const pkg = openPackage((await writeSample(directory, samplePlan(directory))).path)
  pkg.close()
  return pkg
}

test('§9.2 our own packages must state size and checksum, foreign ones may leave them out', async () => {
  const { metadata, layout } = await opened()
  const { launcher: _, ...without } = metadata
  const foreign = { ...without, build: { tool: 'flavor-go' } }
  expect(() => checkLauncherSize('f', without, layout)).toThrowError(expect.objectContaining({ code: 'LAUNCHER_SIZE' }))
  const noSum = { ...metadata, launcher: { size: metadata.launcher?.size } }
  expect(() => checkLauncherSize('f', noSum as typeof metadata, layout)).toThrowError(
    expect.objectContaining({ code: 'LAUNCHER_SIZE' }),
  )
  expect(() => checkLauncherSize('f', foreign, layout)).not.toThrow()
  expect([isLauncherCovered(metadata), isLauncherCovered(foreign)]).toEqual([true, false])
})

test('§9.2 a stated size must be the real one, whoever states it', async () => {
  const { metadata, layout } = await opened()
  const foreign = { ...metadata, build: { tool: 'flavor-rs' }, launcher: { ...metadata.launcher, size: 16 } }
  expect(() => checkLauncherSize('f', foreign, layout)).toThrowError(expect.objectContaining({ code: 'LAUNCHER_SIZE' }))
})

test('§9.2 a launcher without a stated checksum is reported as not covered', async () => {
  const pkg = await opened()
  const { launcher: _, ...metadata } = pkg.metadata
  expect(checkLauncher({ ...pkg, metadata })).toBe(false)
})
