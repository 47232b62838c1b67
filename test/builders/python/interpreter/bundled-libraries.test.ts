import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleLibraries } from '../../../../src/builders/python/interpreter/bundled-libraries.ts'
import { makeElf } from './elf-fixture.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

/** A loader that answers from files: `NAME.answer` beside the binary, `preload.answer` when something is preloaded. */
function loader(name = 'ld-linux.so.2'): string {
  const script =
    '#!/bin/sh\nif [ -n "$LD_PRELOAD" ]; then exec cat "$(dirname "$0")/preload.answer"; fi\nexec cat "$2.answer"\n'
  return shop.write(name, script, 0o755)
}

interface Binary {
  readonly path: string
  readonly needed?: readonly string[]
  readonly answer?: string
}

function layout(binaries: readonly Binary[], interpreter: string | undefined) {
  const files = binaries.map(({ path, needed = [], answer = '' }) => {
    const isProgram = path === 'bin/python3.11'
    const source = shop.write(
      `source/${path}`,
      makeElf({ needed, ...(isProgram && interpreter ? { interpreter } : {}) }),
    )
    shop.write(`source/${path}.answer`, answer)
    return { path, source, isExecutable: true }
  })
  return { executable: 'bin/python3.11', stdlib: 'lib/python3.11', files }
}

const program: Binary = {
  path: 'bin/python3.11',
  needed: ['libpython3.11.so.1.0'],
  answer: ' libpython3.11.so.1.0 => /opt/libpython3.11.so.1.0 (0x1)\n libz.so.1 => /usr/libz.so.1 (0x2)',
}
const ssl: Binary = {
  path: 'lib/_ssl.so',
  needed: ['libssl.so.3'],
  answer: ' libssl.so.3 => /usr/libssl.so.3 (0x1)\n libz.so.1 => /other/libz.so.1 (0x1)',
}

function bundle(
  binaries: readonly Binary[],
  changes: { extra?: string[]; withUnwinder?: boolean; interpreter?: string } = {},
) {
  const { extra = [], withUnwinder = false, interpreter = loader() } = changes
  return bundleLibraries({ layout: layout(binaries, interpreter), extra, withUnwinder, environment: process.env })
}

test('each library once, under its soname, as the first that needs it found it', async () => {
  const { files } = await bundle([program, ssl])
  expect(files.filter(file => !file.path.includes('_ssl')).map(file => [file.path, file.isExtra])).toEqual([
    ['bin/python3.11', undefined],
    ['lib/libpython3.11.so.1.0', false],
    ['lib/libssl.so.3', false],
    ['lib/libz.so.1', false],
  ])
  expect(files.find(file => file.path === 'lib/libz.so.1')?.source).toBe('/usr/libz.so.1')
})

test('a module whose library is missing here is left out, and a note says so', async () => {
  const { files, notes } = await bundle([program, { ...ssl, answer: ' libssl.so.3 => not found' }])
  expect(files.map(file => file.path)).not.toContain('lib/_ssl.so')
  expect(notes).toEqual(['left out _ssl.so: libssl.so.3 is missing here'])
})

test('an executable whose library is missing is an error', async () => {
  const failure = bundle([{ ...program, answer: ' libpython3.11.so.1.0 => not found' }])
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_LIBRARY' }))
})

test('the unwinder that glibc opens by itself comes along, but not on musl', async () => {
  shop.write('preload.answer', ' libgcc_s.so.1 => /usr/libgcc_s.so.1 (0x1)')
  const glibc = await bundle([program], { withUnwinder: true })
  expect(glibc.files.find(file => file.path === 'lib/libgcc_s.so.1')?.isExtra).toBe(false)
  const musl = await bundle([program], { withUnwinder: true, interpreter: loader('ld-musl-x86_64.so.1') })
  expect(musl.files.map(file => file.path)).not.toContain('lib/libgcc_s.so.1')
})

test('libraries of wheels are extra with all that they need; one that is missing is an error', async () => {
  shop.write(
    'preload.answer',
    ' libstdc++.so.6 => /usr/libstdc++.so.6 (0x1)\n libgcc_s.so.1 => /usr/libgcc_s.so.1 (0x1)\n libz.so.1 => /usr/libz.so.1 (0x1)',
  )
  const { files } = await bundle([program], { extra: ['libstdc++.so.6', 'libz.so.1'] })
  expect(files.filter(file => file.isExtra).map(file => file.path)).toEqual(['lib/libgcc_s.so.1', 'lib/libstdc++.so.6'])
  const failure = bundle([program], { extra: ['libnope.so.1'] })
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_LIBRARY' }))
})

test('an executable without a loader cannot load modules', async () => {
  const files = layout([program], undefined)
  const failure = bundleLibraries({ layout: files, extra: [], withUnwinder: false, environment: process.env })
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_LAYOUT' }))
})

test('an executable that is no ELF file, as on macOS, is left as it is', async () => {
  const source = shop.write('script', '#!/bin/sh\n')
  const files = [{ path: 'bin/python3.11', source, isExecutable: true }]
  const plain = { executable: 'bin/python3.11', stdlib: 'lib/python3.11', files }
  expect(await bundleLibraries({ layout: plain, extra: [], withUnwinder: true, environment: process.env })).toEqual({
    files,
    notes: [],
  })
})
