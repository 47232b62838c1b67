import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compileBytecode } from '../../../../src/builders/python/interpreter/bytecode.ts'
import { probePython } from '../../../../src/builders/python/interpreter/installed-python.ts'
import { runCommand } from '../../../../src/tools/run-command.ts'
import { listTree, machinePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop
let python = ''

beforeEach(async () => {
  shop = new Workshop()
  python = (await probePython(machinePython(), process.env)).executable
})

afterEach(() => shop.remove())

const FAILING = 'def fail():\n    raise ValueError("here")  # the line\n'
const SETS = 'ANY = {name in {"a", "b", "c", "d", "e", "f"} for name in "abc"}\n'

function project(name: string): string {
  shop.write(`${name}/lib/app/__init__.py`, FAILING)
  for (let position = 0; position < 60; position++)
    shop.write(`${name}/lib/app/m${position}.py`, `${SETS}X${position} = "ANY"\n`)
  return shop.path(name)
}

test('the same files give the same bytes in another place, and a run does not look at the sources', async () => {
  const [one, two] = [project('one'), project('a/much/longer/place')]
  for (const root of [one, two]) {
    expect(await compileBytecode({ python, root, directories: [`${root}/lib`] })).toEqual([])
  }
  expect(listTree(two)).toEqual(listTree(one))
  const [bytecode] = readdirSync(`${one}/lib/app/__pycache__`)
  // Flags of PEP 552: 1 is "hash", 2 would be "check it".
  expect(readFileSync(`${one}/lib/app/__pycache__/${bytecode}`).readUInt32LE(4)).toBe(1)
})

test('a traceback shows the real place and the line of the source', async () => {
  const root = project('app')
  await compileBytecode({ python, root, directories: [`${root}/lib`] })
  const result = await runCommand([python, '-B', '-c'], ['import app; app.fail()'], {
    environment: { PYTHONPATH: `${root}/lib` },
  })
  expect(result.stderr).toContain(`File "${root}/lib/app/__init__.py", line 2, in fail`)
  expect(result.stderr).toContain('# the line')
})

test('files that are no valid Python are named and left alone; links are not compiled', async () => {
  const root = project('app')
  shop.write('app/lib/app/template.py', 'class {{ name }}:\n')
  shop.write('app/lib/app/nul.py', 'x = 1\n\0')
  symlinkSync('__init__.py', `${root}/lib/app/linked.py`)
  expect(await compileBytecode({ python, root, directories: [`${root}/lib`] })).toEqual([
    'lib/app/nul.py',
    'lib/app/template.py',
  ])
  const compiled = readdirSync(`${root}/lib/app/__pycache__`)
  expect(compiled).toHaveLength(61)
  expect(compiled.some(name => name.startsWith('linked'))).toBe(false)
})

test('an interpreter that fails is an error of its own, not a broken file', async () => {
  const root = project('app')
  const broken = shop.write('python', '#!/bin/sh\necho broken >&2\nexit 1\n', 0o755)
  const failure = compileBytecode({ python: broken, root, directories: [`${root}/lib`] })
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_PREPARE' }))
  expect(existsSync(`${root}/lib/app/__pycache__`)).toBe(false)
})

test('files and directories that are named stay without bytecode', async () => {
  const root = project('app')
  shop.write('app/lib/tool/__init__.py', 'x = 1\n')
  const skip = [`${root}/lib/tool`, `${root}/lib/app/m7.py`]
  await compileBytecode({ python, root, directories: [`${root}/lib`], skip })
  const compiled = readdirSync(`${root}/lib/app/__pycache__`)
  expect(compiled).toHaveLength(60)
  expect(compiled.some(name => name.startsWith('m7.'))).toBe(false)
  expect(existsSync(`${root}/lib/tool/__pycache__`)).toBe(false)
})
