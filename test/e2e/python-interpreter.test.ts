import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { elfFiles } from '../../src/builders/python/interpreter/elf-walk.ts'
import type { InterpreterTree } from '../../src/builders/python/interpreter/interpreter-tree.ts'
import { requiredGlibc } from '../../src/builders/python/interpreter/required-glibc.ts'
import { runCommand } from '../../src/tools/run-command.ts'
import type { Environment } from '../../src/tools/tool.ts'
import { listTree } from '../builders/python/interpreter/python-tree-fixture.ts'
import {
  expectedAnswer,
  installations,
  type Layout,
  layOut,
  namespace,
  provide,
  removeRoot,
  root,
  runBare,
  runHidden,
  variables,
} from './python-layout.ts'

/** Two processors that other tests keep busy as well. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

afterAll(removeRoot)

/** Modules that are not shipped (docs/python.md), and the halves of them. */
const PRUNED = ['_tkinter', 'ensurepip', 'idlelib', 'nis', 'test', 'tkinter', 'turtle', 'turtledemo']

describe.each(installations)('vendored $version from $prefix', python => {
  let tree: InterpreterTree
  let layout: Layout
  const label = `${python.version}-${installations.indexOf(python)}`

  beforeAll(async () => {
    tree = await provide({ spec: { provider: 'vendored', path: python.executable } })
    layout = await layOut(tree, label)
    console.log(`${python.version}: ${tree.files} files, ${tree.bytes} bytes, glibc ${tree.libcVersion}`)
  })

  test('no file names the installation, no library is searched outside of the tree', () => {
    const prefix = Buffer.from(python.prefix)
    const named = listTree(tree.root)
      .filter(row => !row.includes(' -> ') && !/\/ \d+$/.test(row))
      .map(row => row.slice(0, row.lastIndexOf(' ', row.lastIndexOf(' ') - 1)))
      .filter(path => python.prefix.length > 12 && readFileSync(join(tree.root, path)).includes(prefix))
    expect(named).toEqual([])
    const searching = elfFiles(tree.root).filter(found => found.elf.searchPath !== undefined)
    expect(searching.map(found => [found.path, found.elf.searchPath])).toEqual([[tree.executable, '$ORIGIN/../lib']])
    expect(listTree(tree.root).filter(row => / -> \//.test(row))).toEqual([])
  })

  test('the glibc that it needs is known', () => {
    expect(tree.libc).toBe('glibc')
    expect(tree.libcVersion).toBe(requiredGlibc(tree.root))
    expect(tree.libcVersion).toMatch(/^2\.\d+$/)
  })

  test.runIf(namespace)(
    'works from a work environment, its own installation hidden, whatever LD_LIBRARY_PATH says',
    async () => {
      const program = join(layout.workenv, 'bin/python3')
      // A decoy: were it searched first, nothing would start.
      const decoy = join(root, `${label}-decoy`)
      mkdirSync(decoy)
      for (const name of ['libssl.so.3', `libpython${python.version.split('.', 2).join('.')}.so.1.0`])
        writeFileSync(join(decoy, name), 'no library')
      const environment = { ...variables(tree, layout.workenv), LD_LIBRARY_PATH: decoy }
      const result = await runHidden(
        python,
        [program, join(layout.machine, 'probe.py'), 'spawn', 'imports'],
        environment,
      )
      expect(result.stderr).toBe('')
      const answer = JSON.parse(result.stdout)
      expect(answer).toMatchObject(expectedAnswer(tree, layout.workenv, join(layout.machine, 'cache/slots/abc')))
      expect(answer.spawn).toEqual([6])
      expect(answer.where.path.slice(1).every((path: string) => path.startsWith(layout.workenv))).toBe(true)
      const original = await runCommand([python.executable, '-S'], [join(layout.machine, 'probe.py'), 'imports'], {
        environment: { LC_ALL: 'C.UTF-8' },
      })
      const lost = answer.imports.filter((name: string) => !JSON.parse(original.stdout).imports.includes(name))
      expect(lost.filter((name: string) => !PRUNED.includes(name))).toEqual([])
    },
  )

  test.runIf(namespace)(
    'works on a machine that has nothing but a C library: no /proc, no /dev, no shell',
    async () => {
      const run = (environment: Environment) => runBare(layout, ['/probe.py'], environment)
      const result = await run(variables(tree, '/cache/w'))
      expect(result.stderr).toBe('')
      expect(JSON.parse(result.stdout)).toMatchObject(expectedAnswer(tree, '/cache/w', '/cache/slots/abc'))
      // What the variable is for: without /proc glibc does not know where the program lies.
      if (tree.environment.LD_ORIGIN_PATH !== undefined)
        expect((await run({})).stderr).toContain('cannot open shared object file')
    },
  )

  test.runIf(namespace)('virtual environments can be made of it', async () => {
    const venv = join(root, `${label}-venv`)
    const made = await runHidden(
      python,
      [join(layout.workenv, 'python/bin/python3'), '-m', 'venv', '--without-pip', venv],
      {},
    )
    expect(made).toMatchObject({ ok: true, stderr: '' })
    const asked = await runHidden(
      python,
      [join(venv, 'bin/python'), '-c', 'import sys, ssl; print(sys.prefix, sys.base_prefix)'],
      {},
    )
    expect(asked.stdout.trim()).toBe(`${venv} ${layout.workenv}/python`)
  })
})

describe.runIf(installations.length > 0)('one installation', () => {
  const [python] = installations

  test('gives the same bytes in another cache, time zone, umask and order of work', async () => {
    if (python === undefined) return
    const spec = { provider: 'vendored', path: python.executable } as const
    const one = await provide({ spec })
    const umask = process.umask(0o077)
    try {
      const elsewhere = { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'C', PYTHONHASHSEED: '7', PYTHONOPTIMIZE: '1' }
      const two = await provide({ spec }, elsewhere, 'another/and/longer/cache')
      expect(two.sha256).toBe(one.sha256)
      expect(listTree(two.root)).toEqual(listTree(one.root))
    } finally {
      process.umask(umask)
    }
  })

  test.runIf(namespace)('brings a library that only wheels need, and its own identity stays', async () => {
    if (python === undefined) return
    const spec = { provider: 'vendored', path: python.executable } as const
    const plain = await provide({ spec })
    const tree = await provide({ spec, libraries: ['libstdc++.so.6'] })
    expect(tree.sha256).toBe(plain.sha256)
    expect(tree.root).not.toBe(plain.root)
    expect(Object.keys(tree.libraries)).toEqual(['libstdc++.so.6'])
    const layout = await layOut(tree, 'with-extra')
    const script = 'import ctypes; ctypes.CDLL("libstdc++.so.6"); print("loaded")'
    const result = await runBare(layout, ['-c', script], variables(tree, '/cache/w'))
    expect(result).toMatchObject({ ok: true, stdout: 'loaded' })
  })
})
