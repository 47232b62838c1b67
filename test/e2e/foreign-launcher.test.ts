import { closeSync, openSync, readSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ensureLauncher } from '../../src/builders/launcher/launcher-store.ts'
import { nodeRecipe } from '../../src/builders/launcher/node-recipe.ts'
import { testLauncher } from '../../src/builders/launcher/test-launcher.ts'
import { PACK_CACHE } from '../support/packed-app.ts'

/** e_machine of an ELF file. */
const MACHINES: Readonly<Record<number, string>> = { 62: 'amd64', 183: 'arm64' }

test('a launcher for another processor is built here, from the Node that npm delivers for it', async () => {
  const arch = process.arch === 'arm64' ? 'amd64' : 'arm64'
  const launcher = await ensureLauncher(nodeRecipe({ os: 'linux', arch }), {
    cacheDirectory: PACK_CACHE,
    environment: process.env,
  })
  const head = Buffer.alloc(20)
  const fd = openSync(launcher.path, 'r')
  readSync(fd, head, 0, head.length, 0)
  closeSync(fd)
  expect(head.subarray(0, 4).toString('latin1')).toBe('\x7fELF')
  expect(MACHINES[head.readUInt16LE(18)]).toBe(arch)
  // It cannot run here, so only its bytes are proven.
  expect(await testLauncher(launcher)).toEqual({ sha256: launcher.sha256 })
})
