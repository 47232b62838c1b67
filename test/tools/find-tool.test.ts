import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findTool, type ToolWish } from '../../src/tools/find-tool.ts'
import { ToolFixture } from './tool-fixture.ts'

let machine: ToolFixture

beforeEach(() => {
  machine = new ToolFixture()
})

afterEach(() => machine.remove())

const unpinned = { name: 'gadget', version: '2.0.0', wheels: { any: 'a'.repeat(64) } }
const wish: ToolWish = { pinned: unpinned, floor: '1.10.0', variable: 'FLAVOR_GADGET', isModule: true }

function code(expected: string): object {
  return expect.objectContaining({ code: expected })
}

test('the one that the variable names comes before PATH', async () => {
  machine.program('bin/gadget', 'gadget 1.10.1')
  const named = machine.program('named', 'gadget 1.11.0 (abc 2026-01-01)')
  const tool = await findTool(wish, machine.context({ FLAVOR_GADGET: named }))
  expect(tool).toEqual({ name: 'gadget', command: [named], version: '1.11.0', origin: 'environment' })
})

test('a named one that is too old, missing or another program is refused, not passed over', async () => {
  machine.program('bin/gadget', 'gadget 1.10.1')
  const old = machine.program('old', 'gadget 1.9.9')
  const other = machine.program('other', 'widget 5.0')
  const broken = machine.program('broken', undefined)
  const find = (path: string) => findTool(wish, machine.context({ FLAVOR_GADGET: path }))
  await expect(find(old)).rejects.toEqual(code('TOOL_VERSION'))
  await expect(find(other)).rejects.toEqual(code('TOOL_UNUSABLE'))
  await expect(find(broken)).rejects.toEqual(code('TOOL_UNUSABLE'))
  await expect(find(join(machine.root, 'missing'))).rejects.toEqual(code('TOOL_UNUSABLE'))
})

test('on PATH, stubs that fail and versions below the floor are passed over', async () => {
  mkdirSync(join(machine.root, 'bin2'))
  mkdirSync(join(machine.root, 'bin3'))
  machine.program('bin/gadget', undefined)
  machine.program('bin2/gadget', 'gadget 1.9.12')
  const good = machine.program('bin3/gadget', 'gadget 1.10.0')
  const path = ['bin', 'bin2', 'bin3'].map(name => join(machine.root, name)).join(':')
  const tool = await findTool(wish, machine.context({ PATH: path }))
  expect(tool).toMatchObject({ command: [good], origin: 'path' })
  expect(machine.steps).toEqual([expect.stringContaining('older than 1.10.0')])
})

test('where bytes depend on the version, PATH serves only with the exact one', async () => {
  machine.program('bin/gadget', 'gadget 1.12.0')
  const found = findTool({ ...wish, exact: '1.11.0' }, machine.context())
  await expect(found).rejects.toEqual(code('TOOL_NOT_FOUND'))
  expect(machine.steps).toEqual([expect.stringContaining('not 1.11.0')])
})

test('then a Python module, and the command keeps its arguments apart', async () => {
  const python = machine.program('bin/python3', 'gadget 1.10.5')
  const tool = await findTool(wish, machine.context())
  expect(tool).toEqual({ name: 'gadget', command: [python, '-m', 'gadget'], version: '1.10.5', origin: 'module' })
})

test('last the pinned one', async () => {
  const pinned = await machine.wheel('gadget', '2.0.0', 'gadget 2.0.0')
  const tool = await findTool({ ...wish, pinned, isModule: false }, machine.context())
  const program = join(machine.cacheDirectory, 'tools', 'gadget-2.0.0', 'gadget')
  expect(tool).toEqual({ name: 'gadget', command: [program], version: '2.0.0', origin: 'pinned' })
})

test('a pinned one that does not run on this machine says so', async () => {
  const pinned = await machine.wheel('gadget', '2.0.0', 'nonsense')
  await expect(findTool({ ...wish, pinned, isModule: false }, machine.context())).rejects.toEqual(code('TOOL_UNUSABLE'))
})
