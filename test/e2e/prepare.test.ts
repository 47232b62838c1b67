import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { flavor, ROOT } from '../support/packed-app.ts'
import { packed, sharingPlan, treeOf, treeSlot } from '../workenv/workenv-fixture.ts'

/** workenv §7.7: one user prepares, others only read, in another boot and from an image that keeps whole seconds only. */

const unable = missing('linux', 'root', 'setpriv')
const NOBODY = 65534
const PROGRAM = `#!/bin/sh
echo "$FLAVOR_WORKENV"
cat "$FLAVOR_WORKENV/lib/app.py" "$FLAVOR_WORKENV/python/lib/os.py" "$FLAVOR_WORKENV/cfg"
cat "$FLAVOR_SLOT_MODELS/one" 2>/dev/null || echo no models
`

const LAUNCHERS = { native: nativeLauncher, node: nodeLauncher } as const
type Way = keyof typeof LAUNCHERS

beforeAll(async () => {
  if (unable === undefined) for (const launcher of Object.values(LAUNCHERS)) await launcher()
}, BUILD_TIMEOUT)

/** A package and a base of mode 0755, where every user can look into. */
async function place(way: Way) {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-prepare-')))
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }))
  const [base, home] = [join(scratch, 'cache'), join(scratch, 'home')]
  for (const path of [base, home]) mkdirSync(path)
  for (const path of [scratch, base]) chmodSync(path, 0o755)
  chownSync(home, NOBODY, NOBODY)
  const { path: launcher, tool, toolVersion } = await LAUNCHERS[way]()
  const [, python] = sharingPlan().slots
  if (python === undefined) throw new Error('there is a shared slot')
  const app = treeSlot('app', { 'bin/run': PROGRAM, 'lib/app.py': 'print(1)\n', 'lib/unread': 'x' })
  const models = treeSlot('models', { one: 'a model\n' }, { lifecycle: 'lazy', target: 'models' })
  const plan = sharingPlan({
    slots: [app, python, models],
    execution: { primary_slot: 0, command: '{workenv}/bin/run', argv: ['{workenv}/bin/run'] },
    derived: [{ path: 'cfg', template: '{workenv}\n', mode: '0644' }],
  })
  const options = { launcher: { path: launcher, tool, toolVersion } }
  const pkg = await packed(plan, join(scratch, 'packages'), options)
  chmodSync(pkg.path, 0o755)
  const env = { PATH: '/usr/bin:/bin', FLAVOR_CACHE: base, HOME: home, FLAVOR_LOG_LEVEL: 'info' }
  return { path: pkg.path, base, home, env }
}

type Place = Awaited<ReturnType<typeof place>>

function cli({ path, env }: Place, ...words: string[]) {
  const done = spawnSync(path, [...words, '--json'], { env: { ...env, FLAVOR_LAUNCHER_CLI: '1' }, encoding: 'utf8' })
  expect([done.status, done.stderr]).toEqual([0, ''])
  return JSON.parse(done.stdout)
}

function asNobody({ path, env }: Place, more: Record<string, string> = {}, args: string[] = []) {
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  const options = { env: { ...env, ...more }, encoding: 'utf8' as const, cwd: '/' }
  const { status, stdout, stderr } = spawnSync('setpriv', [...user, path, ...args], options)
  return { status, lines: stdout.trimEnd().split('\n'), stderr }
}

/** What another boot sees: the seal and the marks are of one that is over. */
function forgeBoot(base: string): void {
  for (const name of treeOf(base).filter(name => /^envs\/[^/]+\.seal$/.test(name))) {
    const seal = parseSeal(readFileSync(join(base, name), 'latin1'))
    if (seal === undefined) throw new Error('there is a seal')
    writeFileSync(join(base, name), formatSeal({ ...seal, boot: '0-0' }))
  }
  for (const name of treeOf(base).filter(name => name.endsWith('/checked'))) writeFileSync(join(base, name), '0-0\n')
}

/** As layers of images do it: another inode for each file, and whole seconds for times, a month ago for the last use. */
function throughImage(base: string): void {
  const copy = `${base}-layer`
  cpSync(base, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  const name = treeOf(base).filter(name => name !== '' && !name.endsWith('/'))
  for (const file of name) {
    const [from, to] = [statSync(join(base, file)), join(copy, file)]
    chmodSync(to, from.mode & 0o7777)
    utimesSync(to, Math.floor(from.mtimeMs / 1000), Math.floor(from.mtimeMs / 1000))
    if (file.endsWith('.seal')) utimesSync(to, Date.now() / 1000 - 30 * 86400, Date.now() / 1000 - 30 * 86400)
  }
  rmSync(base, { recursive: true })
  cpSync(copy, base, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  rmSync(copy, { recursive: true })
}

function cut(path: string): void {
  const { mode } = statSync(path)
  chmodSync(path, 0o600)
  truncateSync(path, 1)
  chmodSync(path, mode & 0o7777)
}

describe.skipIf(unable)(`prepare${unable ? `: ${unable}` : ''}`, () => {
  test.each<[Way, boolean]>([
    ['native', true],
    ['node', false],
  ])('by %s: another user starts it warm, after another boot and out of an image', async (way, lazy) => {
    const there = await place(way)
    const prepared = cli(there, 'prepare', ...(lazy ? ['--lazy'] : []))
    expect(prepared).toMatchObject({ type: 'prepare', fresh: true, settled: true })
    expect(cli(there, 'prepare')).toEqual({ ...prepared, fresh: false })
    throughImage(there.base)
    forgeBoot(there.base)
    const before = treeOf(there.base)
    const expected = [prepared.root, 'print(1)', 'x', prepared.root, lazy ? 'a model' : 'no models']
    for (const validation of ['standard', 'strict']) {
      const done = asNobody(there, { FLAVOR_VALIDATION: validation })
      expect(done).toEqual({ status: 0, lines: expected, stderr: '' })
    }
    expect(treeOf(there.base)).toEqual(before)
    expect(existsSync(join(there.home, '.cache'))).toBe(!lazy)
  })

  test('a warm start of it reads no file of the tree, and one that is not settled reads all', async () => {
    if (missing('strace') !== undefined) return
    const there = await place('native')
    const prepared = cli(there, 'prepare')
    throughImage(there.base)
    forgeBoot(there.base)
    const opened = () => {
      const log = join(there.home, 'log')
      const words = ['-f', '-qq', '-e', 'trace=openat', '-o', log, there.path]
      const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', 'strace', ...words]
      spawnSync('setpriv', user, { env: there.env, encoding: 'utf8', cwd: '/' })
      return readFileSync(log, 'utf8').includes('/lib/unread"')
    }
    writeFileSync(join(there.home, 'log'), '')
    chownSync(join(there.home, 'log'), NOBODY, NOBODY)
    expect(opened()).toBe(false)
    rmSync(join(prepared.root, '../settled'))
    expect(opened()).toBe(true)
  })

  test.each<Way>(['native', 'node'])('what a power failure cut before %s settled it is found', async way => {
    const there = await place(way)
    const done = spawnSync(there.path, [], { env: there.env, encoding: 'utf8' })
    const [root = ''] = done.stdout.split('\n')
    forgeBoot(there.base)
    cut(join(root, 'lib/app.py'))
    cut(join(root, 'python/lib/os.py'))
    // For who only reads, the rung fails and the next one serves.
    const other = asNobody(there)
    expect([other.lines.slice(1, 3), other.stderr]).toEqual([['print(1)', 'x'], expect.stringContaining('damaged')])
    expect(other.lines[0]?.startsWith(join(there.home, '.cache/flavor/'))).toBe(true)
    const prepared = cli({ ...there, env: { ...there.env, FLAVOR_LOG_LEVEL: 'warn' } }, 'prepare')
    expect(prepared).toMatchObject({ root, settled: true })
    rmSync(join(there.home, '.cache'), { recursive: true })
    expect(asNobody(there)).toMatchObject({ status: 0, lines: [root, 'print(1)', 'x', root, 'no models'], stderr: '' })
  })

  test('strict finds what was changed in a prepared base, and the user is served from the own cache', async () => {
    const there = await place('native')
    const prepared = cli(there, 'prepare')
    cut(join(prepared.root, 'lib/app.py'))
    const done = asNobody(there, { FLAVOR_VALIDATION: 'strict' })
    expect([done.status, done.lines[1]]).toEqual([0, 'print(1)'])
    expect(done.lines[0]).not.toBe(prepared.root)
  })

  test('workenv §9.3: verify and repair look at what the user has of a lazy slot in a base of their own', async () => {
    const there = await place('native')
    const prepared = cli(there, 'prepare')
    const [models = ''] = asNobody(there, { FLAVOR_LAUNCHER_CLI: '1' }, ['materialise', 'models']).lines
    expect(models.startsWith(join(there.home, '.cache/flavor/slots/'))).toBe(true)
    const verb = (word: string) => {
      const args = [join(ROOT, 'src/cli/main.ts'), 'workenv', word, '--package', there.path, '--json']
      const { status, lines } = asNobody({ ...there, path: process.execPath }, {}, args)
      return { status, ...JSON.parse(lines.at(-1) ?? '').workenvs[0] }
    }
    expect(verb('verify')).toMatchObject({ status: 0, state: 'whole' })
    cut(join(models, 'one'))
    const damage = [{ path: join(models, 'one') }]
    expect(verb('verify')).toMatchObject({ status: 3, state: 'damaged', damage })
    expect(verb('repair')).toMatchObject({ status: 0, outcome: 'repaired', damage })
    expect(readFileSync(join(models, 'one'), 'utf8')).toBe('a model\n')
    cut(join(prepared.root, 'lib/app.py'))
    expect(verb('repair')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('belongs to uid 0') })
  })

  test('flavor run prepares too', async () => {
    const there = await place('native')
    const env = { ...there.env, FLAVOR_LAUNCHER_CLI: '1' }
    const done = await flavor(['run', there.path, 'prepare', '--lazy', '--json'], { cwd: ROOT, env })
    expect(done.stderr).toBe('')
    const prepared = JSON.parse(done.stdout)
    expect(prepared).toMatchObject({ type: 'prepare', settled: true })
    forgeBoot(there.base)
    expect(asNobody(there).lines).toEqual([prepared.root, 'print(1)', 'x', prepared.root, 'a model'])
  })
})
