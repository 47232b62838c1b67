import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { flavor } from '../support/packed-app.ts'
import { freshBase, packed, sharingPlan, treeOf, treeSlot } from '../workenv/workenv-fixture.ts'

const PROGRAM = `#!/bin/sh
echo "$FLAVOR_WORKENV"
cat "$FLAVOR_WORKENV/lib/app.py" "$FLAVOR_WORKENV/python/lib/os.py" "$FLAVOR_WORKENV/cfg" "$FLAVOR_WORKENV/made"
if [ -n "$WAIT" ]; then read -r line; fi
`

beforeAll(async () => void (await nativeLauncher()), BUILD_TIMEOUT)

/** Shares, derives, sets up: all that a work environment can hold. */
async function app(changes: Partial<PackagePlan> = {}) {
  const { path, tool, toolVersion } = await nativeLauncher()
  const [, python] = sharingPlan().slots
  if (python === undefined) throw new Error('there is a shared slot')
  const plan = sharingPlan({
    slots: [treeSlot('app', { 'bin/run': PROGRAM, 'lib/app.py': 'print(1)\n' }), python],
    execution: { primary_slot: 0, command: '{workenv}/bin/run', argv: ['{workenv}/bin/run'] },
    derived: [{ path: 'cfg', template: '{workenv}/x\n', mode: '0644' }],
    setupCommands: [{ type: 'write_file', path: 'made', content: '{workenv}' }],
    workenv: { directories: [{ path: '{workenv}/tmp' }] },
    ...changes,
  })
  return (await packed(plan, undefined, { launcher: { path, tool, toolVersion } })).path
}

type Way = 'native' | 'flavor run'
const PAIRS: [maker: Way, user: Way][] = [
  ['native', 'flavor run'],
  ['flavor run', 'native'],
]

function variables(base: string, more: Record<string, string>): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    FLAVOR_CACHE: base,
    XDG_CACHE_HOME: `${base}-next`,
    FLAVOR_LOG_LEVEL: 'info',
    ...more,
  }
}

/** Runs the program; gives its root, and what the launcher said. */
async function run(way: Way, path: string, base: string, more: Record<string, string> = {}) {
  const env = variables(base, more)
  const { stdout, stderr } =
    way === 'native' ? spawnSync(path, [], { env, encoding: 'utf8' }) : await viaFlavor(path, env)
  const [root = '', ...text] = stdout.trim().split('\n')
  expect(text, stderr).toEqual(['print(1)', 'x', `${root}/x`, root])
  return { root, stderr }
}

async function viaFlavor(path: string, env: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await flavor(['run', path], { env })
  return { stdout, stderr }
}

const STRICT = { FLAVOR_VALIDATION: 'strict' }

describe.each(PAIRS)('workenv §6: what %s made', (maker, user) => {
  test(`is used by ${user} as it is`, async () => {
    const [path, base] = [await app(), freshBase()]
    const { root } = await run(maker, path, base)
    const before = treeOf(base)
    const seal = readFileSync(join(base, sealIn(base)))
    for (const more of [{}, STRICT]) expect(await run(user, path, base, more)).toEqual({ root, stderr: '' })
    expect(treeOf(base)).toEqual(before)
    expect(await run(maker, path, base, STRICT)).toEqual({ root, stderr: '' })
    expect(parseSeal(`${readFileSync(join(base, sealIn(base)))}`)?.slots).toEqual(parseSeal(`${seal}`)?.slots)
  })

  test.each<[string, (root: string) => void]>([
    ['a deleted file', root => rmSync(join(root, 'lib/app.py'))],
    ['a cut main executable', root => cut(join(root, 'bin/run'))],
    ['changed content of the same size', root => overwrite(join(root, 'lib/app.py'), 'print(2)\n')],
    ['a shared file that is a link', root => replaceByLink(join(root, 'python/lib/os.py'))],
    ['a derived file of another place', root => overwrite(join(root, 'cfg'), '/elsewhere\n')],
    ['a lost listing', root => rmSync(join(root, '../listing/0'))],
  ])(`is healed by ${user}: %s`, async (_, damage) => {
    const [path, base] = [await app(), freshBase()]
    const { root } = await run(maker, path, base)
    const before = treeOf(base)
    damage(root)
    const healed = await run(user, path, base, STRICT)
    expect(healed.root).toBe(root)
    expect(healed.stderr.match(/healed 1 entry/g)).toHaveLength(1)
    expect(await run(maker, path, base, STRICT)).toEqual({ root, stderr: '' })
    expect(treeOf(base)).toEqual(before)
  })

  test(`is settled by ${user} after another boot`, async () => {
    const [path, base] = [await app(), freshBase()]
    const { root } = await run(maker, path, base)
    const place = join(base, sealIn(base))
    const seal = parseSeal(readFileSync(place, 'latin1'))
    if (seal === undefined) throw new Error('there is a seal')
    writeFileSync(place, formatSeal({ ...seal, boot: '0-0' }))
    for (const name of treeOf(join(base, 'slots')).filter(name => name.endsWith('/checked'))) {
      writeFileSync(join(base, 'slots', name), '0-0\n')
    }
    expect(await run(user, path, base)).toEqual({ root, stderr: '' })
    expect(existsSync(join(root, '../settled'))).toBe(true)
    expect(await run(maker, path, base)).toEqual({ root, stderr: '' })
  })

  test(`and ${user} makes of another package have one shared slot`, async () => {
    const [path, other, base] = [await app(), await app({ package: { name: 'other', version: '2' } }), freshBase()]
    const roots = [await run(maker, path, base), await run(user, other, base)].map(({ root }) => root)
    const [one, two] = roots.map(root => lstatSync(join(root, 'python/lib/os.py')).ino)
    expect(one).toBe(two)
    expect(new Set(roots).size).toBe(2)
  })

  test(`is superseded by ${user} where the cache is off`, async () => {
    const [path, base] = [await app(), freshBase()]
    const first = await run(maker, path, base)
    const second = await run(user, path, base, { FLAVOR_WORKENV_CACHE: '0' })
    expect(second.root).not.toBe(first.root)
    expect(existsSync(first.root)).toBe(false)
    expect((await run(maker, path, base)).root).toBe(second.root)
  })
})

function sealIn(base: string): string {
  const [name] = readdirSync(join(base, 'envs')).filter(name => name.endsWith('.seal'))
  return `envs/${name}`
}

function cut(path: string): void {
  chmodSync(path, 0o755)
  truncateSync(path, 4)
}

function overwrite(path: string, text: string): void {
  const { mode } = lstatSync(path)
  chmodSync(path, 0o600)
  writeFileSync(path, text)
  chmodSync(path, mode & 0o7777)
}

function replaceByLink(path: string): void {
  rmSync(path)
  symlinkSync('/etc/hostname', path)
}

const unable = missing('linux')
test.skipIf(unable)(
  'workenv §8.2: the mark of use outlives the execve and costs the program no low descriptor',
  async () => {
    const [path, base] = [await app(), freshBase()]
    const { root } = await run('native', path, base)
    const lock = join(root, '..').concat('.lock')
    const child = spawn(path, [], { env: variables(base, { WAIT: '1' }), stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    expect(tryLock(lock, 'exclusive')).toBe('busy')
    const files = `/proc/${child.pid}/fd`
    const kept = readdirSync(files).filter(number => readlinkSync(join(files, number)) === lock)
    expect(kept).toEqual(['100'])
    child.stdin.end()
    await once(child, 'exit')
    const free = tryLock(lock, 'exclusive')
    expect(free).toMatchObject({ isReal: true })
    if (free !== 'busy') free.release()
  },
)
