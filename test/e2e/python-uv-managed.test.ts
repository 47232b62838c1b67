import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { runCommand } from '../../src/tools/run-command.ts'
import type { Environment } from '../../src/tools/tool.ts'
import { findUv } from '../../src/tools/uv.ts'
import { listTree } from '../builders/python/interpreter/python-tree-fixture.ts'
import { expectedAnswer, installations, layOut, provide, removeRoot, root, steps } from './python-layout.ts'

/** Two processors that other tests keep busy as well. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

afterAll(removeRoot)

describe.runIf(installations.length > 0)('a uv-managed one', () => {
  const [python] = installations
  const version = python?.version ?? ''
  const mirror = join(root, 'mirror')
  const archive = join(mirror, `cpython-${version}+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz`)
  let uv = ''

  /** An archive that lies as those of python-build-standalone do: everything below `python/`, compiled for `/install`. */
  beforeAll(async () => {
    const source = await provide({ spec: { provider: 'vendored', path: python?.executable ?? '' } })
    mkdirSync(mirror)
    await runCommand(['cp', '-a', source.root], [join(mirror, 'python')], { environment: process.env })
    const config = JSON.stringify(python?.config ?? {}, null, 1).replaceAll(python?.prefix ?? '', '/install')
    const files = {
      'include/python.h': '',
      'share/man/man1/python.1': '',
      [`${source.stdlib}/site-packages/pip/__init__.py`]: '',
      [`${source.stdlib}/config-3/Makefile`]: 'prefix=/install',
      // uv itself reads this file and puts the place of the installation into it, so it must have the form of CPython's own.
      [`${source.stdlib}/${python?.configName}`]: `# system configuration generated and used by the sysconfig module\nbuild_time_vars = ${config}\n`,
    }
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(mirror, 'python', file)), { recursive: true })
      writeFileSync(join(mirror, 'python', file), content)
    }
    await runCommand(['tar', '-czf', archive], ['-C', mirror, 'python'], { environment: process.env })
    const tool = await findUv({ environment: process.env, cacheDirectory: join(root, 'cache') })
    const words = tool.command.map(word => `'${word}'`).join(' ')
    uv = join(mirror, 'uv')
    writeFileSync(uv, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
  })

  /** uv with that archive as its only download, and a home of its own: what uv has for the user of this machine must not answer. */
  function withMirror(name: string, sha256 = sha256Hex(readFileSync(archive))): Environment {
    const [major, minor, patch] = version.split('.').map(Number)
    const arch = { family: process.arch === 'arm64' ? 'aarch64' : 'x86_64', variant: null }
    const place = { url: `file://${archive}`, sha256, variant: null, build: '20240107' }
    const entry = { name: 'cpython', arch, os: 'linux', libc: 'gnu', major, minor, patch, prerelease: '', ...place }
    const list = join(mirror, `${name}.json`)
    writeFileSync(list, JSON.stringify({ [`cpython-${version}`]: entry }))
    return { ...atHome(name), UV_PYTHON_DOWNLOADS_JSON_URL: list }
  }

  function atHome(name: string): Environment {
    return { ...process.env, FLAVOR_UV: uv, HOME: join(root, `home-${name}`), UV_PYTHON_INSTALL_DIR: undefined }
  }

  test('is fetched from a mirror, checked by its hash, pruned and relocated', async () => {
    const environment = withMirror('good')
    const tree = await provide({ spec: { provider: 'uv', version } }, environment, 'managed')
    expect(tree).toMatchObject({ provider: 'uv', version })
    expect(listTree(tree.root).join('\n')).not.toMatch(/site-packages|include|share\/|Makefile/)
    const config = readFileSync(join(tree.root, tree.stdlib, python?.configName ?? ''), 'utf8')
    expect(config).not.toContain(root)
    const { workenv, machine } = await layOut(tree, 'managed-layout')
    const result = await runCommand([join(workenv, 'bin/python3')], [join(machine, 'probe.py'), 'spawn'], {
      environment: {},
    })
    expect(JSON.parse(result.stdout)).toMatchObject({
      ...expectedAnswer(tree, workenv, join(machine, 'cache/slots/abc')),
      spawn: [6],
    })
    // Offline from now on, as uv has it already; and the same archive at another place has the same identity.
    const again = await provide({ spec: { provider: 'uv', version } }, { ...environment, UV_OFFLINE: '1' }, 'managed')
    expect(again.root).toBe(tree.root)
    const elsewhere = await provide({ spec: { provider: 'uv', version } }, environment, 'other/managed')
    expect(elsewhere.sha256).toBe(tree.sha256)
  })

  test('is the default where it can be had', async () => {
    const requiresPython = `==${version}`
    const tree = await provide({ spec: { provider: 'default' }, requiresPython }, withMirror('default'), 'managed')
    expect(tree.provider).toBe('uv')
  })

  test('with another hash than the list says is refused, by default too', async () => {
    const environment = withMirror('evil', 'a'.repeat(64))
    const refused = { code: 'INTERPRETER_HASH', row: { exit: 3 } }
    await expect(provide({ spec: { provider: 'uv', version } }, environment, 'evil')).rejects.toMatchObject(refused)
    const requiresPython = `==${version}`
    await expect(provide({ spec: { provider: 'default' }, requiresPython }, environment, 'evil')).rejects.toMatchObject(
      refused,
    )
  })

  test('that cannot be reached is a network failure; the default then vendors, and says so', async () => {
    const environment = { ...atHome('nobody'), UV_PYTHON_INSTALL_MIRROR: 'file:///nonexistent' }
    await expect(provide({ spec: { provider: 'uv', version } }, environment)).rejects.toMatchObject({
      code: 'INTERPRETER_DOWNLOAD',
      row: { exit: 4 },
    })
    steps.length = 0
    const tree = await provide({ spec: { provider: 'default' } }, environment)
    expect(tree.provider).toBe('vendored')
    expect(steps.join('\n')).toMatch(/no uv-managed interpreter[\s\S]*interpreter: vendored CPython/)
  })
})
