import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchPinnedTool } from '../../src/tools/pinned-wheel.ts'
import { runCommand } from '../../src/tools/run-command.ts'
import { ToolFixture } from './tool-fixture.ts'

let machine: ToolFixture

beforeEach(() => {
  machine = new ToolFixture()
})

afterEach(() => machine.remove())

function code(expected: string): object {
  return expect.objectContaining({ code: expected })
}

test('fetches with the pip of the user, unpacks whole and leaves no staging behind', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0')
  const program = await fetchPinnedTool(tool, machine.context())
  expect(program).toBe(join(machine.cacheDirectory, 'tools', 'gadget-1.2.0', 'gadget'))
  expect(await runCommand([program], [], { environment: {} })).toMatchObject({ ok: true, stdout: 'gadget 1.2.0' })
  expect(readdirSync(join(machine.cacheDirectory, 'tools'))).toEqual(['gadget-1.2.0'])
  expect(statSync(join(machine.cacheDirectory, 'tools')).mode & 0o777).toBe(0o700)
})

test('the second time nothing is fetched: no Python is needed any more', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0')
  const first = await fetchPinnedTool(tool, machine.context())
  expect(await fetchPinnedTool(tool, machine.context({ PATH: '' }))).toBe(first)
})

test('64 hex digits that are not those of the wheel are refused, and nothing is kept', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0')
  const other = { ...tool, wheels: { any: 'a'.repeat(64) } }
  await expect(fetchPinnedTool(other, machine.context())).rejects.toEqual(code('TOOL_HASH'))
  expect(readdirSync(join(machine.cacheDirectory, 'tools'))).toEqual([])
})

test('a pip that does not check hashes gets no wrong wheel past us', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0')
  // Answers like pip, but copies whatever the index holds to the place behind --dest.
  const script = `#!/bin/sh\nfor last; do :; done\n[ "$3" = download ] && echo evil > "$last/gadget-1.2.0-py3-none-any.whl"\nexit 0\n`
  writeFileSync(join(machine.bin, 'python3'), script)
  chmodSync(join(machine.bin, 'python3'), 0o755)
  const environment = { PATH: `${machine.bin}:/usr/bin:/bin` }
  await expect(fetchPinnedTool(tool, machine.context(environment))).rejects.toEqual(code('TOOL_HASH'))
})

test('what the index does not have is a network failure with a hint', async () => {
  await machine.python()
  const tool = { name: 'gadget', version: '9.9.9', wheels: { any: 'a'.repeat(64) } }
  const failure = fetchPinnedTool(tool, machine.context())
  await expect(failure).rejects.toMatchObject({
    code: 'TOOL_DOWNLOAD',
    row: { exit: 4 },
    hint: expect.stringContaining('PATH'),
  })
})

test('no Python with pip: says so, with what to install', async () => {
  machine.program('bin/python3', undefined)
  const tool = { name: 'gadget', version: '9.9.9', wheels: { any: 'a'.repeat(64) } }
  await expect(fetchPinnedTool(tool, machine.context())).rejects.toEqual(code('TOOL_NOT_FOUND'))
})

test('a wheel without the program is refused, and nothing is kept', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0', 'other')
  await expect(fetchPinnedTool(tool, machine.context())).rejects.toEqual(code('TOOL_UNPACK'))
  expect(readdirSync(join(machine.cacheDirectory, 'tools'))).toEqual([])
})

test('a cache that cannot be written says so', async () => {
  const tool = await machine.wheel('gadget', '1.2.0', 'gadget 1.2.0')
  const blocked = join(machine.root, 'blocked')
  writeFileSync(blocked, '')
  const failure = fetchPinnedTool(tool, { ...machine.context(), cacheDirectory: blocked })
  await expect(failure).rejects.toEqual(code('TOOL_UNPACK'))
})
