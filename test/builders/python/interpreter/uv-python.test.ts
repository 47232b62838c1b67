import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installUvPython } from '../../../../src/builders/python/interpreter/uv-python.ts'
import type { Environment, Tool } from '../../../../src/tools/tool.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

/** A uv that writes down its calls; `find` answers once something is installed, unless `says` is what `install` fails with. */
function uv(says?: string): Tool {
  const program = shop.write('python3.12')
  const script = `#!/bin/sh
echo "$* retries=$UV_HTTP_RETRIES dir=$UV_PYTHON_INSTALL_DIR" >> '${shop.path('log')}'
case "$*" in
  *'python find'*) [ -e '${shop.path('installed')}' ] && echo '${program}' && exit 0; exit 2 ;;
  *'python install'*) ${says === undefined ? `: > '${shop.path('installed')}'` : `echo '${says}' >&2; exit 1`} ;;
esac
`
  return { name: 'uv', command: [shop.write('uv', script, 0o755)], version: '0.13.8', origin: 'path' }
}

function install(tool: Tool, environment: Environment = {}, isOptional = false) {
  return installUvPython({ version: '3.12', isOptional, directory: shop.root }, tool, {
    environment: { PATH: '/usr/bin:/bin', ...environment },
    cacheDirectory: shop.path('cache'),
  })
}

function calls(verb: string): string[] {
  return readFileSync(shop.path('log'), 'utf8')
    .split('\n')
    .filter(line => line.includes(verb))
}

test('looks at what uv has, then installs below our cache, and never into the bin directory of the user', async () => {
  expect(await install(uv())).toBe(shop.path('python3.12'))
  expect(calls('python find')).toHaveLength(3)
  expect(calls('python install')).toEqual([
    expect.stringContaining(`--no-bin 3.12 retries= dir=${shop.path('cache/uv-python')}`),
  ])
})

test('what uv has already is used without any download', async () => {
  shop.write('installed')
  await install(uv())
  expect(calls('python install')).toEqual([])
})

test('the directory that the user set for uv stays theirs', async () => {
  await install(uv(), { UV_PYTHON_INSTALL_DIR: '/srv/pythons' })
  expect(calls('python install')).toEqual([expect.stringContaining('dir=/srv/pythons')])
})

test('with something to fall back on it does not try twice, unless the user said how often', async () => {
  await install(uv(), {}, true)
  expect(calls('python install')[0]).toContain('retries=0')
})

test('the number of tries that the user set counts', async () => {
  await install(uv(), { UV_HTTP_RETRIES: '5' }, true)
  expect(calls('python install')[0]).toContain('retries=5')
})

test.each([
  ['error: No download found for request: cpython-3.99', 'INTERPRETER_NOT_FOUND', 1],
  ['cause: Hash mismatch for `cpython-3.12.1`', 'INTERPRETER_HASH', 3],
  ['cause: dns error', 'INTERPRETER_DOWNLOAD', 4],
] as const)('%s', async (says, code, exit) => {
  await expect(install(uv(says.replaceAll('`', '')))).rejects.toMatchObject({ code, row: { exit } })
})
