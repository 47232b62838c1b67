import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packWithNodeLauncher } from '../support/node-launched.ts'

/** What docs/launchers.md says of variables that steer Node itself. */

/** Says whether it ran, and what the variable is for the program. */
const SCRIPT = 'echo "ran $(printenv "$1")"'

let pack: Awaited<ReturnType<typeof packWithNodeLauncher>>
const directory = mkdtempSync(join(tmpdir(), 'flavor-environment-'))

beforeAll(async () => {
  pack = await packWithNodeLauncher(directory, { script: SCRIPT })
  writeFileSync(join(directory, 'injected.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(mark())}, '')`)
  writeFileSync(join(directory, 'openssl.cnf'), 'openssl_conf = missing\n.include = /nonexistent\nbroken [[\n')
  // Once, so that what follows is warm and the same for each.
  start('NONE', '')
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

function mark(): string {
  return join(directory, 'code of others ran')
}

function start(name: string, value: string, environment = {}) {
  const env = { ...pack.environment, [name]: value, ...environment }
  const { status, stdout, stderr } = spawnSync(pack.path, [name], { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('change nothing, and reach the program', () => {
  test.each([
    ['NODE_OPTIONS', '--require=injected.cjs'],
    ['NODE_OPTIONS', '--this-is-no-option'],
    ['OPENSSL_CONF', 'openssl.cnf'],
    ['SSL_CERT_FILE', 'nonexistent'],
    ['NODE_EXTRA_CA_CERTS', 'nonexistent'],
    ['NODE_PATH', '.'],
    ['NODE_ICU_DATA', 'nonexistent'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['NODE_PENDING_DEPRECATION', '1'],
    ['NODE_REDIRECT_WARNINGS', 'warnings'],
    ['NODE_USE_ENV_PROXY', '1'],
    ['NODE_TEST_CONTEXT', 'child'],
    ['UV_THREADPOOL_SIZE', '1'],
  ])('%s=%s', (name, file) => {
    const value = file.replace(/[a-z]+\.[a-z]+$/, found => join(directory, found))
    expect(start(name, value)).toEqual({ status: 0, stdout: `ran ${value}\n`, stderr: '' })
    expect(existsSync(mark())).toBe(false)
  })
})

describe('cannot be prevented, and are listed', () => {
  test('NODE_REPL_EXTERNAL_MODULE: Node refuses to start', () => {
    const { status, stdout } = start('NODE_REPL_EXTERNAL_MODULE', join(directory, 'injected.cjs'))
    expect({ status, stdout }).toEqual({ status: 9, stdout: '' })
    expect(existsSync(mark())).toBe(false)
  })

  test('NODE_DEBUG: Node writes about its own modules', () => {
    const { status, stdout, stderr } = start('NODE_DEBUG', 'module')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ran module\n' })
    expect(stderr).toContain('MODULE ')
  })

  test('NODE_COMPILE_CACHE: Node makes the directory, and neither writes nor reads code there', () => {
    const cache = join(directory, 'compiled')
    expect(start('NODE_COMPILE_CACHE', cache)).toEqual({ status: 0, stdout: `ran ${cache}\n`, stderr: '' })
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files).toEqual([])
    expect(start('NODE_COMPILE_CACHE', cache, { FLAVOR_LAUNCHER_CLI: '1' }).status).toBe(105)
    expect(readdirSync(cache, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())).toEqual([])
  })

  test('NODE_V8_COVERAGE: Node makes it absolute, and a launcher that ends by itself writes there', () => {
    const coverage = join(directory, 'coverage')
    expect(start('NODE_V8_COVERAGE', coverage)).toEqual({ status: 0, stdout: `ran ${coverage}\n`, stderr: '' })
    expect(existsSync(coverage)).toBe(false)
    expect(start('NODE_V8_COVERAGE', coverage, { FLAVOR_LAUNCHER_CLI: '1' }).status).toBe(105)
    expect(readdirSync(coverage)).toHaveLength(1)
  })

  test('NODE_CHANNEL_FD and NODE_UNIQUE_ID: Node takes them for itself', () => {
    expect(start('NODE_CHANNEL_FD', '77')).toEqual({ status: 0, stdout: 'ran \n', stderr: '' })
  })
})
