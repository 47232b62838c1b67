import { afterEach, beforeEach, expect, test } from 'vitest'
import { listLibraries } from '../../../../src/builders/python/interpreter/shared-libraries.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

/** A loader that prints what it was given and then `output`, and ends with `status`. */
function loader(output: string, status = 0): string {
  return shop.write(
    'ld.so',
    `#!/bin/sh\ncat <<'END'\n${output}\nEND\necho "preload $LD_PRELOAD" >&2\nexit ${status}\n`,
    0o755,
  )
}

test('reads the answer as ldd prints it: the C library is left out, spaces in paths are kept', async () => {
  const answer = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibz.so.1 => /usr/lib/libz.so.1 (0x00007f84)
\tlibspam.so.2 => /opt/a b/libspam.so.2 (0x00007f85)
\tlibc.so.6 => /lib/libc.so.6 (0x00007f86)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f87)`
  const { found, missing } = await listLibraries(loader(answer), '/bin/x', process.env)
  expect([...found]).toEqual([
    ['libz.so.1', '/usr/lib/libz.so.1'],
    ['libspam.so.2', '/opt/a b/libspam.so.2'],
  ])
  expect(missing).toEqual([])
})

test('what the loader does not find is missing, and so is a preload that it passed over', async () => {
  const answer = '\tlibz.so.1 => not found\n\tlibgcc_s.so.1 => /lib/libgcc_s.so.1 (0x1)'
  const asked = ['libgcc_s.so.1', 'libnope.so.9']
  const { found, missing } = await listLibraries(loader(answer, 127), '/bin/x', process.env, asked)
  expect([...found.keys()]).toEqual(['libgcc_s.so.1'])
  expect(missing).toEqual(['libz.so.1', 'libnope.so.9'])
})

test('a loader that does not answer is an error', async () => {
  const failure = listLibraries(loader('', 1), '/bin/x', process.env)
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_LIBRARY' }))
})
