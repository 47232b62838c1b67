import { afterEach, beforeEach, expect, test } from 'vitest'
import { findPathPython } from '../../../../src/builders/python/interpreter/path-python.ts'
import { describePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

/** A program that answers like a Python of that version. */
function python(path: string, version: string): void {
  const answer = JSON.stringify(describePython('/opt/python', { version }))
  shop.write(path, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`, 0o755)
}

function find(requires: string | undefined, exact?: string) {
  return findPathPython(requires, exact, { PATH: `${shop.path('a')}:${shop.path('b')}` })
}

const missing = expect.objectContaining({ code: 'INTERPRETER_NOT_FOUND' })

beforeEach(() => {
  // The scripts above need cat, and nothing else of the machine.
  shop.write('b/cat', '#!/bin/sh\nwhile IFS= read -r line; do printf "%s\\n" "$line"; done\n', 0o755)
})

test('the python3 that the user runs comes first, then others by their names', async () => {
  python('a/python3', '3.11.7')
  python('b/python3.12', '3.12.1')
  expect((await find(undefined)).version).toBe('3.11.7')
  expect((await find('>=3.12')).version).toBe('3.12.1')
})

test('stubs of version managers are passed over', async () => {
  shop.write('a/python3', '#!/bin/sh\nexit 127\n', 0o755)
  python('b/python3', '3.10.13')
  expect((await find(undefined)).version).toBe('3.10.13')
})

test('with an exact version no other serves', async () => {
  python('a/python3', '3.11.7')
  python('b/python3', '3.11.8')
  expect((await find('>=3.11', '3.11.8')).version).toBe('3.11.8')
  await expect(find('>=3.11', '3.11.9')).rejects.toEqual(missing)
})

test('nothing that serves: names what was seen', async () => {
  python('a/python3', '3.9.18')
  await expect(find(undefined)).rejects.toMatchObject({
    code: 'INTERPRETER_NOT_FOUND',
    detail: { got: `${shop.path('a/python3')} is 3.9.18` },
  })
})
