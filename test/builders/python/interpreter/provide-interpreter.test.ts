import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InterpreterRequest } from '../../../../src/builders/python/interpreter/interpreter-request.ts'
import { provideInterpreter } from '../../../../src/builders/python/interpreter/provide-interpreter.ts'
import type { Environment, ToolContext } from '../../../../src/tools/tool.ts'
import { describePython, fakeInstallation, Workshop } from './python-tree-fixture.ts'

let shop: Workshop
let steps: string[]

beforeEach(() => {
  shop = new Workshop()
  steps = []
})

afterEach(() => shop.remove())

function context(environment: Environment = {}): ToolContext {
  return {
    environment: { PATH: `${shop.path('bin')}:/usr/bin:/bin`, ...environment },
    cacheDirectory: shop.path('cache'),
    onStep: step => steps.push(step),
  }
}

function provide(request: Partial<InterpreterRequest>, environment: Environment = {}) {
  return provideInterpreter({ spec: { provider: 'default' }, ...request }, context(environment))
}

/** A program that answers like a Python. */
function python(path: string, changes: Parameters<typeof describePython>[1] = {}): string {
  const answer = JSON.stringify(describePython(shop.path('prefix'), changes))
  return shop.write(path, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`, 0o755)
}

/** A uv whose every download fails with these words. */
function uv(says: string): string {
  const script = `#!/bin/sh\ncase "$*" in --version) echo uv 0.13.8 ;; *install*) echo '${says}' >&2; exit 1 ;; *) exit 2 ;; esac\n`
  return shop.write('uv', script, 0o755)
}

test('a requires-python that is no specifier is refused before anything is looked for', async () => {
  await expect(provide({ requiresPython: 'newest' })).rejects.toMatchObject({ code: 'INTERPRETER_REQUIRES' })
  expect(steps).toEqual([])
})

test('a named Python that the project cannot use is refused', async () => {
  const path = python('python3')
  await expect(provide({ spec: { provider: 'vendored', path }, requiresPython: '>=3.12' })).rejects.toMatchObject({
    code: 'INTERPRETER_VERSION',
  })
})

test('vendoring is refused by name where it cannot be done', async () => {
  const path = python('python3', { system: 'darwin' })
  await expect(provide({ spec: { provider: 'vendored', path } })).rejects.toMatchObject({
    code: 'INTERPRETER_PLATFORM',
  })
})

test('a uv-managed one that was asked for by name is no reason to take another', async () => {
  python('bin/python3')
  const failure = provide({ spec: { provider: 'uv', version: '3.12' } }, { FLAVOR_UV: uv('dns error') })
  await expect(failure).rejects.toMatchObject({ code: 'INTERPRETER_DOWNLOAD', row: { exit: 4 } })
})

test('the default falls back when uv has none, and says why', async () => {
  python('bin/python3', { system: 'darwin' })
  // Reaching the platform check shows that it went on to the Python on PATH.
  await expect(provide({}, { FLAVOR_UV: uv('dns error') })).rejects.toMatchObject({ code: 'INTERPRETER_PLATFORM' })
  expect(steps.join('\n')).toContain('no uv-managed interpreter: uv-managed Python >=3.10,<3.14: cannot be had')
})

test('a wrong hash is no reason to look elsewhere: it is a reason to stop', async () => {
  python('bin/python3', { system: 'darwin' })
  await expect(provide({}, { FLAVOR_UV: uv('Hash mismatch') })).rejects.toMatchObject({ code: 'INTERPRETER_HASH' })
})

test('a lock that holds a vendored one asks neither uv nor for another version', async () => {
  python('bin/python3', { version: '3.11.9' })
  const locked = { provider: 'vendored', version: '3.11.7', sha256: 'a' } as const
  const failure = provide({ locked }, { FLAVOR_UV: uv('never asked') })
  await expect(failure).rejects.toMatchObject({ code: 'INTERPRETER_NOT_FOUND', detail: { want: '3.11.7' } })
  expect(steps).toEqual([])
})

test('a lock that holds a uv-managed one asks uv for exactly that', async () => {
  const locked = { provider: 'uv', version: '3.12.4', sha256: 'a' } as const
  const failure = provide({ locked }, { FLAVOR_UV: uv('No download found') })
  await expect(failure).rejects.toMatchObject({
    code: 'INTERPRETER_NOT_FOUND',
    message: expect.stringContaining('3.12.4'),
  })
})

test('what was provided is held to the lock in every field', async () => {
  const installed = await fakeInstallation(shop, 'opt')
  const spec = { provider: 'vendored', path: installed.executable } as const
  const tree = await provide({ spec })
  expect(steps).toContain('interpreter: vendored CPython 3.11.7')
  const locked = { provider: 'vendored', version: '3.11.7', sha256: tree.sha256 } as const
  expect(await provide({ spec, locked })).toEqual(tree)
  for (const change of [{ provider: 'uv' }, { version: '3.11.8' }, { sha256: 'b' }] as const) {
    await expect(provide({ spec, locked: { ...locked, ...change } })).rejects.toMatchObject({
      code: 'INTERPRETER_LOCKED',
    })
  }
})

test('what a lock names comes from the cache where it lies there, but not for a Python that was asked for by its path', async () => {
  const installed = await fakeInstallation(shop, 'opt')
  const spec = { provider: 'vendored', path: installed.executable } as const
  const tree = await provide({ spec })
  const locked = { provider: 'vendored', version: '3.11.7', sha256: tree.sha256 } as const
  shop.write('opt/bin/python3.11', 'no Python any more', 0o755)
  expect(await provide({ locked })).toEqual(tree)
  await expect(provide({ spec, locked })).rejects.toMatchObject({ code: 'INTERPRETER_UNUSABLE' })
  await expect(provide({ locked, requiresPython: '>=3.12' })).rejects.toMatchObject({ code: 'INTERPRETER_NOT_FOUND' })
  const managed = provide({ locked, spec: { provider: 'uv', version: '3.11' } }, { FLAVOR_UV: uv('No download found') })
  await expect(managed).rejects.toMatchObject({ code: 'INTERPRETER_NOT_FOUND' })
})
