import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { SLOTS_MODULE, slotsModule } from '../../src/builders/python/slots-module.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { flavor, ROOT } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'
import { treeOf } from '../workenv/workenv-fixture.ts'

/** Spec §7.6: one slot of each lifecycle, packed by `flavor pack`, and what becomes of each. */

const unable = missing('linux')
const LIFECYCLES = [
  ...['init', 'startup', 'runtime', 'shutdown', 'cache', 'eager', 'dev', 'config'],
  ...['temporary', 'volatile', 'persistent', 'lazy', 'platform'],
] as const
/** Shows what of each is there, by its target and by its variable, and leaves something in those that are the program's own. */
const PROGRAM = `cat "$FLAVOR_WORKENV/seen-by-setup"; echo
for id in ${LIFECYCLES.join(' ')} elsewhere; do
  variable=$(printenv "FLAVOR_SLOT_$(echo $id | tr a-z A-Z)")
  [ -f "$FLAVOR_WORKENV/at/$id/text" ] && echo "$id below"
  [ -n "$variable" ] && { [ -f "$variable/text" ] && echo "$id beside" || echo "$id named"; }
  [ -f "$variable/left" ] && echo "$id left"
  [ -n "$variable" ] && [ -d "$variable" ] && { touch "$variable/left" || echo "$id refuses"; } 2>/dev/null
done
true
`
const TREES = ['startup', 'runtime', 'shutdown', 'cache', 'eager', 'dev', 'config', 'platform']
const WAYS = ['native', 'node', 'flavor run'] as const
type Way = (typeof WAYS)[number]

beforeAll(async () => {
  if (unable === undefined) for (const launcher of [nativeLauncher, nodeLauncher]) await launcher()
}, BUILD_TIMEOUT)

interface Packed {
  readonly path: string
  readonly directory: string
  readonly env: Record<string, string>
}

async function pack(way: Way, manifest: object, files: Readonly<Record<string, string>>): Promise<Packed> {
  const directory = scratch()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, 'project', name, '..'), { recursive: true })
    writeFileSync(join(directory, 'project', name), text)
  }
  const place = join(directory, 'project/app.json')
  writeFileSync(place, JSON.stringify(manifest))
  const path = join(directory, 'app')
  const launcher = way === 'node' ? 'node' : 'native'
  const words = ['pack', '-q', '-m', place, '-o', path, '--launcher', launcher, '--key-seed', 'test123', '--fast']
  const done = await flavor(words, { cwd: join(directory, 'project') })
  expect([done.exitCode, done.stdout], done.stderr).toEqual([0, ''])
  const env = {
    ...{ PATH: '/usr/local/bin:/usr/bin:/bin', FLAVOR_CACHE: join(directory, 'cache') },
    ...{ XDG_DATA_HOME: join(directory, 'data'), HOME: directory },
  }
  return { path, directory, env }
}

async function run(way: Way, { path, env }: Packed, words: readonly string[] = []) {
  if (way === 'flavor run') {
    const { exitCode, stdout, stderr } = await flavor(['run', path, ...words], { cwd: ROOT, env })
    return { status: exitCode, lines: stdout.trim().split('\n'), stderr }
  }
  const { status, stdout, stderr } = spawnSync(path, words, { env, encoding: 'utf8' })
  return { status, lines: stdout.trim().split('\n'), stderr }
}

describe.skipIf(unable)(`every lifecycle${unable ? `: ${unable}` : ''}`, () => {
  test.each(WAYS)('§7.6 by %s', async way => {
    const slot = (id: string, lifecycle: string, platform?: string) => ({
      ...{ id, source: `at/${id}`, target: `at/${id}`, lifecycle },
      ...(platform === undefined ? {} : { platform }),
    })
    const slots = LIFECYCLES.map(name => slot(name, name, name === 'platform' ? 'linux' : undefined))
    const manifest = {
      package: { name: 'lives', version: '1' },
      execution: { command: '/bin/sh {workenv}/run.sh' },
      setup_commands: ["/bin/sh -c \"ls $FLAVOR_WORKENV/at | tr '\\n' ' ' >$FLAVOR_WORKENV/seen-by-setup\""],
      slots: [{ id: 'run', source: 'run.sh', target: 'run.sh' }, ...slots, slot('elsewhere', 'platform', 'windows')],
    }
    const texts = Object.fromEntries([...LIFECYCLES, 'elsewhere'].map(id => [`at/${id}/text`, `the text of ${id}`]))
    const packed = await pack(way, manifest, { 'run.sh': PROGRAM, ...texts })
    const below = TREES.map(id => `${id} below`)
    const seen = ['init', ...TREES].sort().join(' ')
    const first = await run(way, packed)
    expect(first.stderr).toBe('')
    const own = ['temporary beside', 'volatile beside', 'persistent beside']
    expect(first.lines[0]?.trim()).toBe(seen)
    expect(first.lines.slice(1).sort()).toEqual([...below, ...own, 'lazy named'].sort())
    // What a program leaves in its data is there again, what it leaves in a copy of one run is not.
    const second = await run(way, packed)
    expect(second.lines.slice(1).sort()).toEqual([...below, ...own, 'lazy named', 'persistent left'].sort())
    const cli = { ...packed, env: { ...packed.env, FLAVOR_LAUNCHER_CLI: '1' } }
    const asked = await run(way, cli, ['materialise', 'lazy'])
    expect([asked.status, asked.stderr]).toEqual([0, ''])
    expect(readFileSync(join(asked.lines[0] ?? '', 'text'), 'utf8')).toBe('the text of lazy')
    const third = await run(way, packed)
    expect(third.lines).toContain('lazy beside')
    expect(third.lines).toContain('persistent left')
    // An upgrade: another package of the same name and key has the same data.
    const next = await pack(
      way,
      { ...manifest, package: { name: 'lives', version: '2' } },
      { 'run.sh': PROGRAM, ...texts },
    )
    expect((await run(way, { ...next, env: packed.env })).lines).toContain('persistent left')
  })
})

const SHELL = `#!/bin/sh
ask() { FLAVOR_LAUNCHER_CLI=1 "$FLAVOR_PACKAGE_FILE" materialise "$@"; }
case $1 in
  shell) ask models && cat "$FLAVOR_SLOT_MODELS/text" ;;
  child) cd / && env -u FLAVOR_ORIGINAL_COMMAND sh -c 'sh -c "$0"' 'cat "$(FLAVOR_LAUNCHER_CLI=1 "$FLAVOR_PACKAGE_FILE" materialise models)/text"' ;;
  object) ask models --json ;;
  single) cat "$(ask single)" ;;
  wait) echo ready; read -r line; ask models ;;
  python) exec python3 -B "$FLAVOR_WORKENV/lib/ask.py" ;;
  node) exec "$NODE" "$FLAVOR_WORKENV/lib/ask.mjs" ;;
esac
`
const PYTHON = `import os, subprocess, sys
from ${SLOTS_MODULE} import materialise
place = materialise("models")
assert place == os.environ["FLAVOR_SLOT_MODELS"] == materialise("models"), place
print(open(place + "/text").read())
code = "import ${SLOTS_MODULE} as s; print(open(s.materialise('single')).read())"
print(subprocess.run([sys.executable, "-B", "-c", code], cwd="/", env=dict(os.environ, PYTHONPATH=sys.path[0]), capture_output=True, check=True).stdout.decode().strip())
`

/** The snippet of the documentation, as it stands there. */
function documentedSnippet(): string {
  const page = readFileSync(join(ROOT, 'docs/slots.md'), 'utf8')
  const snippet = /```js\n([\s\S]*?)```/.exec(page)?.[1]
  if (snippet === undefined) throw new Error('docs/slots.md has a snippet for Node')
  return `${snippet}\nimport { readFileSync } from 'node:fs'\nconsole.log(readFileSync(materialise('models') + '/text', 'utf8'))\n`
}

async function lazyApp(way: Way, text = 'a model'): Promise<Packed> {
  const files = { 'run.sh': SHELL, 'lib/ask.py': PYTHON, [`lib/${SLOTS_MODULE}.py`]: slotsModule() }
  const manifest = {
    package: { name: 'lazy', version: '1' },
    execution: { command: '/bin/sh {workenv}/run.sh' },
    slots: [
      { id: 'run', source: 'run.sh', target: 'run.sh' },
      { id: 'lib', source: 'lib', target: 'lib' },
      { id: 'models', source: 'models', target: 'models', lifecycle: 'lazy' },
      { id: 'single', source: 'single.txt', target: 'etc/single.txt', lifecycle: 'lazy' },
    ],
  }
  const all = { ...files, 'lib/ask.mjs': documentedSnippet(), 'models/text': text, 'single.txt': 'one file' }
  const packed = await pack(way, manifest, all)
  return { ...packed, env: { ...packed.env, NODE: process.execPath } }
}

/** Changes something while the program runs and has not asked yet; how it ends then, and what it says. */
async function whileAsking({ path, env }: Packed, change: () => void): Promise<[number | null, string]> {
  const child = spawn(path, ['wait'], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  change()
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  child.stdin.end('\n')
  await once(child, 'close')
  return [child.exitCode, said]
}

describe.skipIf(unable)(`lazy slots${unable ? `: ${unable}` : ''}`, () => {
  test.each(WAYS)('§8.4 are filled for shells, children, Python and Node under %s', async way => {
    const app = await lazyApp(way)
    const words = [...['shell', 'child', 'single', 'object', 'python', 'node']]
    const answers: Record<string, readonly string[]> = {}
    for (const word of words) {
      const { status, lines, stderr } = await run(way, app, [word])
      expect([status, stderr], word).toEqual([0, ''])
      answers[word] = lines
    }
    const tree = treeOf(join(app.directory, 'cache/slots')).find(name => name.endsWith('/tree/text')) ?? ''
    const place = join(app.directory, 'cache/slots', tree, '..')
    expect(answers).toEqual({
      shell: [place, 'a model'],
      child: ['a model'],
      single: ['one file'],
      object: [JSON.stringify({ type: 'materialise', id: 'models', path: place })],
      python: ['a model', 'one file'],
      node: ['a model'],
    })
  })

  test('§8.4 16 at once of all launchers get one copy', async () => {
    const app = await lazyApp('native')
    const other = await lazyApp('node')
    // All of them from one cache: the launcher is signed, so that they are two packages with one slot.
    const env = { ...app.env, FLAVOR_LAUNCHER_CLI: '1' }
    const runs = Array.from({ length: 16 }, (_, at) => {
      const path = at % 4 === 0 ? other.path : app.path
      return execa(path, ['materialise', 'models'], { env, extendEnv: false })
    })
    const done = await Promise.all(runs)
    expect(new Set(done.map(({ stdout }) => stdout)).size).toBe(1)
    expect(done.map(({ stderr }) => stderr).join('')).toBe('')
    const copies = treeOf(join(app.directory, 'cache/slots')).filter(name => name.endsWith('/text'))
    expect(copies).toHaveLength(1)
    expect(treeOf(join(app.directory, 'cache/staging'))).toEqual([])
  })

  test.each(['native', 'node'] as const)('§8.4 a package that was moved or replaced is told (%s)', async way => {
    const app = await lazyApp(way)
    const next = await lazyApp(way, 'another model')
    const replaced = await whileAsking(app, () => renameSync(next.path, app.path))
    expect(replaced).toEqual([106, expect.stringContaining('PACKAGE_REPLACED')])
    expect(existsSync(join(app.directory, 'cache/slots'))).toBe(true)
    const removed = await whileAsking(app, () => rmSync(app.path))
    expect(removed).toEqual([127, expect.stringContaining(app.path)])
  })
})
