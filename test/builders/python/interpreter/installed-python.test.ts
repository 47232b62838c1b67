import { afterEach, beforeEach, expect, test } from 'vitest'
import { probePython } from '../../../../src/builders/python/interpreter/installed-python.ts'
import { runCommand } from '../../../../src/tools/run-command.ts'
import { machinePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

const unusable = expect.objectContaining({ code: 'INTERPRETER_UNUSABLE' })

test('a Python describes its installation, through shims and whatever PYTHONHOME says', async () => {
  const python = await probePython(machinePython(), {
    ...process.env,
    PYTHONHOME: '/nonexistent',
    PYTHONPATH: shop.root,
  })
  expect(python.version).toMatch(/^3\.\d+\.\d+$/)
  expect(python.executable.startsWith(python.execPrefix)).toBe(true)
  expect(python.stdlib.startsWith(python.prefix)).toBe(true)
  expect(python.configName).toMatch(/^_sysconfigdata.*\.py$/)
  expect(Object.keys(python.config).length).toBeGreaterThan(100)
})

test('a virtual environment answers with the installation that it is based on', async () => {
  const base = await probePython(machinePython(), process.env)
  const venv = shop.path('venv')
  const made = await runCommand([base.executable, '-m', 'venv'], ['--without-pip', venv], { environment: process.env })
  expect(made.ok).toBe(true)
  expect(await probePython(`${venv}/bin/python`, process.env)).toEqual(base)
})

test('what does not run, is something else or is not there is refused', async () => {
  const failing = shop.write('failing', '#!/bin/sh\necho no such version >&2\nexit 127\n', 0o755)
  const other = shop.write('other', '#!/bin/sh\necho hello\n', 0o755)
  const pypy = shop.write('pypy', `#!/bin/sh\nexec '${machinePython()}' -c 'import sys; print("{}")'\n`, 0o755)
  for (const path of [failing, other, pypy, shop.path('missing')]) {
    await expect(probePython(path, process.env)).rejects.toEqual(unusable)
  }
})

test('an implementation that is not CPython is refused by its name', async () => {
  const answer = JSON.stringify({ ...(await probePython(machinePython(), process.env)), implementation: 'pypy' })
  shop.write('answer.json', answer)
  const pypy = shop.write('pypy', `#!/bin/sh\ncat '${shop.path('answer.json')}'\n`, 0o755)
  await expect(probePython(pypy, process.env)).rejects.toMatchObject({ detail: { got: 'it is pypy' } })
})
