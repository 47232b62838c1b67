import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, describe, expect, test } from 'vitest'
import { MAIN_OPTION, type StartUpFacts, startUpModule } from '../../../src/builders/python/start-up.ts'
import { scratch } from '../../support/scratch.ts'
import { standInInterpreter } from './stand-ins.ts'

const { root, executable } = standInInterpreter()
const python = join(root, executable)
let place: string

beforeEach(() => {
  place = scratch()
})

/** Runs a script with the module imported at its start, as `site` does it. */
async function run(args: readonly string[], env: Record<string, string> = {}, facts: Partial<StartUpFacts> = {}) {
  writeFileSync(join(place, '_start.py'), startUpModule({ roots: 'share/roots.pem', ...facts }))
  writeFileSync(join(place, 'sitecustomize.py'), 'import _start\n')
  writeFileSync(join(place, 'show.py'), 'import os, sys\nprint(sys.argv, os.environ.get("SSL_CERT_FILE"))\n')
  return await execa(python, args, { env: { PYTHONPATH: place, ...env }, extendEnv: false, cwd: place, reject: false })
}

const script = () => join(place, 'show.py')

describe('sys.argv[0]', () => {
  test('of the main command is the path that was typed', async () => {
    const { stdout } = await run(['-X', MAIN_OPTION, script(), 'a'], { FLAVOR_ORIGINAL_COMMAND: './dir/app' })
    expect(stdout).toContain("['./dir/app', 'a']")
  })

  test('is the file that PATH has for a bare name, as for any script', async () => {
    mkdirSync(join(place, 'bin'))
    writeFileSync(join(place, 'bin/app'), '')
    chmodSync(join(place, 'bin/app'), 0o755)
    const env = { FLAVOR_ORIGINAL_COMMAND: 'app', PATH: `/nonexistent:${join(place, 'bin')}` }
    expect((await run(['-X', MAIN_OPTION, script()], env)).stdout).toContain(`['${join(place, 'bin/app')}']`)
  })

  test('of a child is its own', async () => {
    const { stdout } = await run([script()], { FLAVOR_ORIGINAL_COMMAND: './app' })
    expect(stdout).toContain(`['${script()}']`)
  })
})

test('[sys.executable, *sys.argv] starts the package again', async () => {
  const app = join(place, 'app')
  writeFileSync(app, '#!/bin/sh\necho the package "$@"\n', { mode: 0o755 })
  const { stdout } = await run([app, 'serve', '--port=1'], { FLAVOR_ORIGINAL_COMMAND: app })
  expect(stdout).toBe('the package serve --port=1')
})

describe('TLS', () => {
  test("takes the user's roots first", async () => {
    const { stdout } = await run([script()], { SSL_CERT_FILE: '/mine.pem' })
    expect(stdout).toContain('/mine.pem')
  })

  test('leaves OpenSSL to its own store where that is there, by file or by directory', async () => {
    writeFileSync(join(place, 'cert.pem'), '')
    const file = { file: join(place, 'cert.pem'), directory: '/nonexistent' }
    expect((await run([script()], {}, { openssl: file })).stdout).toContain('None')
    const directory = { file: '/nonexistent', directory: place }
    expect((await run([script()], {}, { openssl: directory })).stdout).toContain('None')
  })

  test('passes over a store that is empty, and takes what the system or the package has', async () => {
    mkdirSync(join(place, 'empty'))
    const openssl = { file: '/nonexistent', directory: join(place, 'empty') }
    const { stdout } = await run([script()], {}, { openssl })
    expect(stdout).toMatch(/(\/etc\/(ssl|pki)\/\S+|\/share\/roots\.pem)$/)
  })
})

test('a start imports nothing that a bare one does not', async () => {
  const code = 'import sys; print(len(sys.modules))'
  const bare = await execa(python, ['-c', code], { env: { PYTHONPATH: place }, extendEnv: false, cwd: '/' })
  const ours = await run(['-c', code])
  // Itself, and the module that imports it here.
  expect(Number(ours.stdout) - Number(bare.stdout)).toBeLessThanOrEqual(2)
})
