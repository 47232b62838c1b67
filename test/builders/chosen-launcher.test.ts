import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseLauncher } from '../../src/builders/chosen-launcher.ts'
import { scratch } from '../support/scratch.ts'

test('a launcher that the user names is taken as it is, by its file name', async () => {
  const context = { cacheDirectory: '/nonexistent', environment: {} }
  const launcher = await chooseLauncher({ path: '/opt/launchers/mine' }, context)
  expect(launcher).toEqual({ path: '/opt/launchers/mine', tool: 'mine', toolVersion: 'unknown' })
})

test('ours are built into the cache, which must be one', async () => {
  const cacheDirectory = join(scratch(), 'file')
  writeFileSync(cacheDirectory, '')
  for (const choice of ['auto', 'node'] as const) {
    const chosen = chooseLauncher(choice, { cacheDirectory, environment: {} })
    await expect(chosen).rejects.toThrow(expect.objectContaining({ code: 'LAUNCHER_STORE' }))
  }
})

test('a platform for which there is none is said', async () => {
  const { arch } = process
  Object.defineProperty(process, 'arch', { value: 'mips' })
  try {
    const chosen = chooseLauncher('auto', { cacheDirectory: scratch(), environment: {} })
    await expect(chosen).rejects.toThrow(expect.objectContaining({ code: 'LAUNCHER_NONE' }))
  } finally {
    Object.defineProperty(process, 'arch', { value: arch })
  }
})
