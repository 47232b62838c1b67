import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildPlace, renderSysconfigData } from '../../../../src/builders/python/interpreter/sysconfig-data.ts'
import { runCommand } from '../../../../src/tools/run-command.ts'
import { describePython, machinePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

/** What Python reads from the rendered module. */
async function evaluate(text: string): Promise<{ prefix: string; values: Record<string, unknown> }> {
  shop.write('rendered.py', text)
  const script =
    'import json, sys; sys.path.insert(0, sys.argv[1]); import rendered; json.dump({"prefix": sys.base_prefix, "values": rendered.build_time_vars}, sys.stdout)'
  const result = await runCommand([machinePython(), '-B', '-c'], [script, shop.root], { environment: process.env })
  return JSON.parse(result.stdout)
}

const config = {
  prefix: '/home/alice/py',
  LIBS: '-L/home/alice/py/lib -Wl,-rpath,/home/alice/py/lib',
  INCLUDEPY: '/home/alice/py/include/python3.11',
  SIZE: 8,
  EMPTY: '',
  QUOTED: `it's "so" \\ and\n\u{1f40d} é {braces}`,
  abs_srcdir: '/tmp/build-1/Python',
  PROJECT: '/tmp/build-1/Python/Modules',
  TZPATH: '/usr/share/zoneinfo',
}

test('values keep their meaning, and the prefix is the one of where Python runs', async () => {
  const python = describePython('/home/alice/py', { config })
  const text = renderSysconfigData(python)
  expect(text).not.toContain('/home/alice')
  expect(text).not.toContain('/tmp/build')
  const { prefix, values } = await evaluate(text)
  expect(values).toEqual({
    ...config,
    prefix,
    LIBS: `-L${prefix}/lib -Wl,-rpath,${prefix}/lib`,
    INCLUDEPY: `${prefix}/include/python3.11`,
    abs_srcdir: '/build',
    PROJECT: '/build/Modules',
  })
})

test('below /usr only what is the interpreter itself moves with it', async () => {
  const values = {
    prefix: '/usr',
    DEST: '/usr/lib/python3.11/lib-dynload',
    INSTALL: '/usr/bin/install -c',
    LIBDIR: '/usr/lib/x86_64-linux-gnu',
  }
  const python = describePython('/usr', { config: values })
  const evaluated = await evaluate(renderSysconfigData(python))
  expect(evaluated.values).toEqual({
    ...values,
    prefix: evaluated.prefix,
    DEST: `${evaluated.prefix}/lib/python3.11/lib-dynload`,
  })
})

test('the same values give the same bytes in any order', () => {
  const reversed = Object.fromEntries(Object.entries(config).reverse())
  const render = (values: typeof config) => renderSysconfigData(describePython('/home/alice/py', { config: values }))
  expect(render(reversed as typeof config)).toBe(render(config))
})

test('buildPlace knows only absolute places', () => {
  expect(buildPlace(describePython('/p', { config: { abs_srcdir: '/tmp/b' } }))).toBe('/tmp/b')
  expect(buildPlace(describePython('/p', { config: { abs_srcdir: '.' } }))).toBe('')
  expect(buildPlace(describePython('/p'))).toBe('')
})
