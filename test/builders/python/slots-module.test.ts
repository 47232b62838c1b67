import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasLazySlots, SLOTS_MODULE, slotsModule } from '../../../src/builders/python/slots-module.ts'
import { scratch } from '../../support/scratch.ts'

const python = spawnSync('python3', ['--version']).status === 0
const SLOT = { id: 'a', source: 'a', target: 'a', purpose: 'data' } as const

test('is only for packages that have lazy slots', () => {
  expect(hasLazySlots({ slots: [{ ...SLOT, lifecycle: 'runtime' }] })).toBe(false)
  expect(hasLazySlots({ slots: [{ ...SLOT, lifecycle: 'lazy' }] })).toBe(true)
})

describe.skipIf(!python)(`§8.4 the module${python ? '' : ': needs python3'}`, () => {
  /** Runs code beside the module, with a launcher that is a script. */
  function run(code: string, launcher: string | undefined) {
    const directory = scratch()
    writeFileSync(join(directory, `${SLOTS_MODULE}.py`), slotsModule())
    const path = join(directory, 'app')
    if (launcher !== undefined) {
      writeFileSync(path, `#!/bin/sh\n${launcher}\n`)
      chmodSync(path, 0o755)
    }
    const env = {
      PATH: process.env.PATH,
      PYTHONPATH: directory,
      FLAVOR_PACKAGE_FILE: path,
      COUNT: join(directory, 'n'),
    }
    const text = `import ${SLOTS_MODULE}\n${code}`
    return spawnSync('python3', ['-B', '-c', text], { env, encoding: 'utf8', cwd: '/' })
  }

  test('asks the launcher once in a process, and passes any path on', () => {
    const launcher = 'echo "$FLAVOR_LAUNCHER_CLI $*" >>"$COUNT"; echo "/a path/é "'
    const code = `for _ in 1, 2: print([${SLOTS_MODULE}.materialise("m")])\nimport os; print(open(os.environ["COUNT"]).read())`
    const { stdout, stderr } = run(code, launcher)
    expect([stdout, stderr]).toEqual(["['/a path/é ']\n['/a path/é ']\n1 materialise m\n\n", ''])
  })

  test.each([
    [
      'what the launcher says',
      'echo "error[CACHE_FULL]: no space" >&2; exit 106',
      'RuntimeError: slot m: error[CACHE_FULL]',
    ],
    [
      'a package that was moved',
      undefined,
      'FileNotFoundError: [Errno 2] slot m: its package cannot be started, was it moved',
    ],
  ])('raises %s', (_, launcher, expected) => {
    const { status, stderr } = run(`${SLOTS_MODULE}.materialise("m")`, launcher)
    expect([status, stderr]).toEqual([1, expect.stringContaining(expected)])
  })

  test('raises where there is no package', () => {
    const { stderr } = run(`import os\ndel os.environ["FLAVOR_PACKAGE_FILE"]\n${SLOTS_MODULE}.materialise("m")`, 'true')
    expect(stderr).toContain('LookupError: slot m: FLAVOR_PACKAGE_FILE is not set')
  })
})
