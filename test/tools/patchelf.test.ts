import { afterEach, beforeEach, expect, test } from 'vitest'
import { findPatchelf } from '../../src/tools/patchelf.ts'
import { PINNED_PATCHELF } from '../../src/tools/pinned-tools.ts'
import { ToolFixture } from './tool-fixture.ts'

let machine: ToolFixture

beforeEach(() => {
  machine = new ToolFixture()
})

afterEach(() => machine.remove())

test('the one on PATH serves when it is exactly the pinned version', async () => {
  const version = PINNED_PATCHELF.version.replace(/\.0$/, '')
  const program = machine.program('bin/patchelf', `patchelf ${version}`)
  expect(await findPatchelf(machine.context())).toMatchObject({ command: [program], version, origin: 'path' })
})

test('another version on PATH would write other bytes, so it is passed over', async () => {
  machine.program('bin/patchelf', 'patchelf 0.18.0')
  await expect(findPatchelf(machine.context())).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' })
})

test('FLAVOR_PATCHELF is taken at its word', async () => {
  const program = machine.program('mine', 'patchelf 0.18.0')
  expect(await findPatchelf(machine.context({ FLAVOR_PATCHELF: program }))).toMatchObject({ version: '0.18.0' })
})
