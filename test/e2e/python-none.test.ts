import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missing, runHidden } from '../support/machines.ts'
import { type PackedApp, packFixture } from '../support/packed-app.ts'
import { installations } from './python-layout.ts'

const unable = missing('linux', 'root', 'unshare')
let app: PackedApp
let env: Record<string, string>

beforeAll(async () => {
  app = await packFixture('abilities', ['--python', 'none'])
  env = { FLAVOR_CACHE: join(app.directory, 'cache') }
}, 600_000)

afterAll(() => app?.remove())

/** A Python of this machine that the fixture's pure packages serve: the one that installed them, or a newer one. */
function serving(): string {
  const { version } = JSON.parse(readFileSync(join(app.directory, 'builder.json'), 'utf8'))
  const minor = Number(version.split('.')[1])
  const found = installations.find(python => Number(python.version.split('.')[1]) >= minor)
  if (found === undefined) throw new Error('the Python that installed the packages is gone')
  return dirname(found.executable)
}

function run(args: readonly string[], PATH: string, more: Record<string, string> = {}, hide: readonly string[] = []) {
  return runHidden(app.path, { args, env: { ...env, PATH, ...more }, hide })
}

beforeAll(() => {
  const lock = readFileSync(join(app.directory, 'project/flavor.lock'), 'utf8')
  expect(lock).toContain('ships = false\n')
  const version = /^\[\[interpreters\]\][^[]*?^version = "([\d.]+)"/ms.exec(lock)?.[1]
  writeFileSync(join(app.directory, 'builder.json'), JSON.stringify({ version }))
})

test('the package brings no interpreter', () => {
  expect(app.result).toMatchObject({ slots: ['packages', 'app', 'later', 'sbom', 'provenance'].map(id => ({ id })) })
})

test.skipIf(unable)(`runs on a Python of this machine, children included${unable ? `: ${unable}` : ''}`, async () => {
  const planted = join(app.directory, 'planted')
  mkdirSync(planted, { recursive: true })
  writeFileSync(join(planted, 'json.py'), 'raise SystemExit("planted")')
  const hostile = { PYTHONPATH: planted, PYTHONHOME: planted, HOME: planted }
  const PATH = `${serving()}:/usr/bin:/bin`
  for (const [name, expected] of Object.entries({
    multiprocessing: { squares: [0, 1, 4, 9, 16], in_other_processes: true },
    subprocess: { same_prefix: true, own_module: true, user_site: 'False' },
    metadata: { version: '2.1.0', plugins: ['extras of acme'], has_files: true },
    data: { text: 'from the package data' },
    tool: { status: 5 },
    arguments: { argv: [app.path, 'arguments'] },
  })) {
    const done = await run([name], PATH, hostile)
    expect(done.stderr, name).toBe('')
    expect(JSON.parse(done.stdout), name).toMatchObject(expected)
  }
  expect((await run(['code', '42'], PATH, { FLAVOR_COMMAND: 'abilities-exit' })).exitCode).toBe(42)
})

test.skipIf(unable)('says in one line that no Python serves, and what was found', async () => {
  const old = join(app.directory, 'old')
  mkdirSync(old, { recursive: true })
  writeFileSync(join(old, 'python3'), '#!/bin/sh\necho "no /old/python3 is CPython 3.6.15"\n')
  chmodSync(join(old, 'python3'), 0o755)
  const none = await run(['data'], '/nonexistent')
  expect(none).toMatchObject({ exitCode: 110, stdout: '' })
  expect(none.stderr).toMatch(/^abilities: no Python on PATH serves: found none; expected CPython 3\.\d+ .*PATH\n$/)
  const tooOld = await run(['data'], old)
  expect(tooOld).toMatchObject({ exitCode: 110, stdout: '' })
  expect(tooOld.stderr).toContain('found /old/python3 is CPython 3.6.15; expected CPython 3.')
  const hidden = [join(homedir(), '.pyenv'), '/usr/lib/python3', '/usr/lib/python3.11', '/usr/local/lib']
  const broken = await run(['data'], '/usr/bin:/bin', {}, hidden)
  expect(broken).toMatchObject({ exitCode: 110, stdout: '' })
})
