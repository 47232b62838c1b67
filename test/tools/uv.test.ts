import { afterEach, beforeEach, expect, test } from 'vitest'
import { findInstalledUv, findUv, UV_FLOOR } from '../../src/tools/uv.ts'
import { ToolFixture } from './tool-fixture.ts'

let machine: ToolFixture

beforeEach(() => {
  machine = new ToolFixture()
})

afterEach(() => machine.remove())

test('FLAVOR_UV, then PATH, then the module', async () => {
  const python = machine.program('bin/python3', 'uv 0.9.1')
  expect(await findUv(machine.context())).toMatchObject({ command: [python, '-m', 'uv'], origin: 'module' })
  const path = machine.program('bin/uv', `uv ${UV_FLOOR} (abc 2025-07-17)`)
  expect(await findUv(machine.context())).toMatchObject({ command: [path], version: UV_FLOOR, origin: 'path' })
  const named = machine.program('named-uv', 'uv 1.0.0')
  expect(await findUv(machine.context({ FLAVOR_UV: named }))).toMatchObject({ command: [named], origin: 'environment' })
})

test('a uv below the floor that was named is refused', async () => {
  const old = machine.program('old-uv', 'uv 0.7.22')
  await expect(findUv(machine.context({ FLAVOR_UV: old }))).rejects.toMatchObject({ code: 'TOOL_VERSION' })
})

test('asking for an installed one fetches nothing', async () => {
  expect(await findInstalledUv(machine.context())).toBeUndefined()
  const path = machine.program('bin/uv', `uv ${UV_FLOOR}`)
  expect(await findInstalledUv(machine.context())).toMatchObject({ command: [path] })
  await expect(findInstalledUv(machine.context({ FLAVOR_UV: '/nonexistent' }))).rejects.toMatchObject({
    code: 'TOOL_UNUSABLE',
  })
})
