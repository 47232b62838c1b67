import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodePrivateKeyPem, encodePublicKeyPem, type KeyPair } from '../../src/crypto/keys.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { BUILD_TIMEOUT, LAUNCHERS } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { flavor } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'
import { ALICE, BOB, CAROL, pinLine, writeTrust } from '../support/trust-place.ts'

/** Packed files, judged by who signed them: through both launchers, and through the command line. */

const TIMEOUT = 120_000

beforeAll(async () => {
  await nativeLauncher()
  await nodeLauncher()
}, BUILD_TIMEOUT)

interface Told {
  readonly status: number | null
  readonly code: string
  readonly out: string
}

const codeOf = (stderr: string) => /error\[(\w+)\]/.exec(stderr)?.[1] ?? ''

/** Starts the packed file itself. */
function start(path: string, environment: Record<string, string>): Told {
  const { status, stdout, stderr } = spawnSync(path, ['x'], { env: environment, encoding: 'utf8' })
  return { status, code: codeOf(stderr), out: stdout }
}

const RAN: Told = { status: 0, code: '', out: '<x>\n' }
const refused = (code: string, status = 107): Told => ({ status, code, out: '' })

describe.each(LAUNCHERS)('the %s launcher', (_kind, pack) => {
  async function packed(key: KeyPair = ALICE) {
    const directory = scratch()
    const { path, environment } = await pack(directory, { options: { key } })
    const home = join(directory, 'home')
    mkdirSync(home)
    const trust = join(home, '.config/flavor/trust')
    return { directory, path, trust, home, environment: { ...environment, HOME: home } }
  }

  test(
    'trust §3 runs under the pinned key, and refuses another before anything is unpacked or used',
    async () => {
      const { path, trust, environment, directory } = await packed()
      writeTrust(trust, { 'for-sample.keys': pinLine(BOB, 'sample') })
      expect(start(path, environment)).toEqual(refused('KEY_UNTRUSTED'))
      expect(existsSync(join(directory, 'cache'))).toBe(false)
      writeTrust(trust, { 'for-sample.keys': pinLine(BOB, 'sample') + pinLine(ALICE, 'sample') })
      expect(start(path, environment)).toEqual(RAN)
      // What is unpacked already does not run either.
      writeTrust(trust, { 'for-sample.keys': '', 'all.keys': pinLine(BOB, 's*') })
      expect(start(path, environment)).toEqual(refused('KEY_UNTRUSTED'))
      expect(start(path, { ...environment, FLAVOR_VALIDATION: 'none', FLAVOR_EXEC_MODE: 'spawn' })).toEqual(
        refused('KEY_UNTRUSTED'),
      )
      for (const command of ['prepare', 'run', 'verify', 'extract']) {
        const args = command === 'extract' ? [command, '0', join(directory, 'out')] : [command]
        const { status, stderr } = spawnSync(path, args, {
          env: { ...environment, FLAVOR_LAUNCHER_CLI: '1' },
          encoding: 'utf8',
        })
        expect({ command, status, code: codeOf(stderr) }).toEqual({ command, status: 107, code: 'KEY_UNTRUSTED' })
      }
      expect(existsSync(join(directory, 'out'))).toBe(false)
      writeTrust(trust, { 'all.keys': pinLine(BOB, 'other') })
      expect(start(path, environment)).toEqual(RAN)
    },
    TIMEOUT,
  )

  test(
    'trust §2.5 refuses to start anything by trust that others could have written, or that means nothing',
    async () => {
      const { path, trust, environment } = await packed()
      writeTrust(trust, { 'all.keys': pinLine(ALICE, '*') })
      for (const place of [trust, join(trust, 'all.keys')]) {
        chmodSync(place, 0o777)
        const { status, stderr } = spawnSync(path, [], { env: environment, encoding: 'utf8' })
        expect({ status, code: codeOf(stderr) }).toEqual({ status: 109, code: 'TRUST_FILE_UNSAFE' })
        expect(stderr).toContain(`${place}: `)
        chmodSync(place, 0o700)
      }
      writeFileSync(join(trust, 'all.keys'), `${pinLine(ALICE, '*')}ssh-ed25519 AAAA\n`)
      expect(start(path, environment)).toEqual(refused('TRUST_LINE', 109))
      rmSync(join(trust, 'all.keys'))
      mkdirSync(join(trust, 'all.keys'))
      expect(start(path, environment)).toEqual(refused('TRUST_FILE_UNSAFE', 109))
    },
    TIMEOUT,
  )

  const unable = missing('linux', 'root', 'unshare', 'setpriv')
  test.skipIf(unable)(
    `trust §2.1 the keyring of the system holds for every user, with more rights too${unable ? `: ${unable}` : ''}`,
    async () => {
      const { path, trust, environment, directory } = await packed()
      const [ring, setId] = [join(directory, 'ring'), join(directory, 'set-id')]
      chmodSync(directory, 0o755)
      mkdirSync(ring)
      // The copy before may still clean behind its program, and what runs cannot be written to.
      const script = `mount -t tmpfs -o mode=0755 none /etc && mkdir -p /etc/flavor && cp -r ${ring} /etc/flavor/trust &&
      chmod -R go-w,a+rX /etc/flavor && rm -f ${setId} && cp ${path} ${setId} && chown 12345 ${setId} && chmod 4755 ${setId} && exec "$@"`
      const inRing = (line: string, ...command: string[]) => {
        writeFileSync(join(ring, 'all.keys'), line)
        const args = ['-m', 'sh', '-c', script, 'sh', ...command, 'x']
        const { status, stdout, stderr } = spawnSync('unshare', args, { env: environment, encoding: 'utf8' })
        return { status, code: codeOf(stderr), out: stdout }
      }
      // The user cannot widen it.
      writeTrust(trust, { 'all.keys': pinLine(ALICE, '*') })
      expect(inRing(pinLine(ALICE, '*'), path)).toEqual(RAN)
      expect(inRing(pinLine(BOB, '*'), path)).toEqual(refused('KEY_UNTRUSTED'))
      expect(inRing('no key line\n', path)).toEqual(refused('TRUST_LINE', 109))
      // A set-id copy does not listen to the keyring that its caller named, only to the system's.
      const asOther = [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        'env',
        `XDG_CONFIG_HOME=${directory}/caller`,
        setId,
      ]
      writeTrust(join(directory, 'caller/flavor/trust'), { 'all.keys': 'no key line\n' })
      expect(inRing('', ...asOther)).not.toMatchObject({ code: 'TRUST_LINE' })
      expect(inRing(pinLine(BOB, '*'), ...asOther)).toMatchObject({ status: 107, code: 'KEY_UNTRUSTED' })
    },
    TIMEOUT,
  )
})

describe('the command line', () => {
  /** Packs with the native launcher, as the key says and at this version. */
  async function made(directory: string, name: string, key: KeyPair, changes: Partial<PackagePlan> = {}) {
    const [, pack] = LAUNCHERS[0] ?? []
    if (pack === undefined) throw new Error('there is a launcher')
    const place = join(directory, name)
    mkdirSync(place)
    return (await pack(place, { options: { key }, changes })).path
  }

  /** Only `run` becomes another program; all else is quicker in this process. `@x` is a file of the directory. */
  async function told(directory: string, ...words: string[]): Promise<Told> {
    const args = words.map(word => word.replace(/^@/, `${directory}/`))
    const env = { HOME: directory, XDG_CONFIG_HOME: join(directory, 'config'), FLAVOR_CACHE: join(directory, 'cache') }
    if (args[0] === 'run') {
      const { exitCode, stdout, stderr } = await flavor(args, { cwd: directory, env })
      return { status: exitCode ?? null, code: codeOf(stderr), out: stdout }
    }
    const { exit, stdout, stderr } = await runInProcess(args, { environment: { ...env, PATH: '/usr/bin:/bin' } })
    return { status: exit, code: codeOf(stderr), out: stdout }
  }

  const keyFile = (directory: string, name: string, key: KeyPair) => {
    writeFileSync(join(directory, `${name}.key`), encodePrivateKeyPem(key), { mode: 0o600 })
    writeFileSync(join(directory, `${name}.pub`), encodePublicKeyPem(key.publicKey))
  }

  test(
    'trust §4 §6 the first key counts, a change needs a statement of the old one, older versions are told',
    async () => {
      const directory = scratch()
      for (const [name, key] of Object.entries({ alice: ALICE, bob: BOB })) keyFile(directory, name, key)
      const version = (text: string) => ({ package: { name: 'sample', version: text } })
      const first = await made(directory, 'first', ALICE, version('2.0'))
      const changed = await made(directory, 'changed', BOB, version('2.1'))
      const tofu = ['--trust-policy', 'tofu']
      expect(await told(directory, 'run', ...tofu, first, 'x')).toMatchObject({ status: 0, out: '<x>' })
      expect(await told(directory, 'verify', ...tofu, changed)).toMatchObject(refused('KEY_CHANGED', 3))
      expect(await told(directory, 'run', ...tofu, changed, 'x')).toMatchObject(refused('KEY_CHANGED'))
      const older = await made(directory, 'older', ALICE, version('2.0rc1'))
      expect(await told(directory, 'verify', ...tofu, '--json', older)).toMatchObject({
        status: 0,
        out: expect.stringContaining('"older_than":"2.0"'),
      })
      const rotate = [
        'trust',
        'rotate',
        '@bob.pub',
        '--private-key',
        '@alice.key',
        '--name',
        'sample',
        '-o',
        '@rotation',
      ]
      expect(await told(directory, ...rotate)).toMatchObject({ status: 0 })
      const statement = (
        await told(directory, 'trust', 'rotate', '@bob.pub', '--private-key', '@alice.key', '--name', 'sample')
      ).out
      const carrying = await made(directory, 'carrying', BOB, { ...version('2.1'), rotations: [statement.trim()] })
      expect(await told(directory, 'run', ...tofu, carrying, 'x')).toMatchObject({ status: 0, out: '<x>' })
      expect(await told(directory, 'verify', ...tofu, changed)).toMatchObject({ status: 0 })
      expect(await told(directory, 'verify', ...tofu, '--rotation', '@rotation', first)).toMatchObject(
        refused('KEY_CHANGED', 3),
      )
      // Pinned: what is older is refused.
      expect(await told(directory, 'verify', '--trust-policy', 'pinned', changed)).toMatchObject(
        refused('KEY_UNPINNED', 3),
      )
      expect(await told(directory, 'trust', 'add', '@alice.pub', '--name', 'sample')).toMatchObject({ status: 0 })
      expect(await told(directory, 'run', '--trust-policy', 'pinned', older, 'x')).toMatchObject(
        refused('VERSION_ROLLBACK'),
      )
      expect(await told(directory, 'run', '--trust-policy', 'pinned', first, 'x')).toMatchObject({ status: 0 })
    },
    TIMEOUT,
  )

  test(
    'trust §7 §8 §9 two of three, the end of its time, the keys of a project',
    async () => {
      const directory = scratch()
      const people = { alice: ALICE, bob: BOB, carol: CAROL }
      for (const [name, key] of Object.entries(people)) keyFile(directory, name, key)
      const path = await made(directory, 'app', ALICE)
      const keys = Object.values(people).map(key => JSON.stringify(pinLine(key, 'sample').trim()))
      writeFileSync(join(directory, 'trust.toml'), `[tool.flavor.trust]\nthreshold = 2\nkeys = [${keys}]\n`)
      const manifest = ['--trust-manifest', '@trust.toml']
      expect(await told(directory, 'run', ...manifest, path, 'x')).toMatchObject(refused('THRESHOLD_MISSED'))
      expect(await told(directory, 'sign', path, '--private-key', '@bob.key', '-o', '@app.sig')).toMatchObject({
        status: 0,
      })
      expect(await told(directory, 'run', ...manifest, '--signature', '@app.sig', path, 'x')).toMatchObject({
        status: 0,
        out: '<x>',
      })
      expect(
        await told(directory, 'verify', ...manifest, '--signature', '@app.sig', '--threshold', '3', path),
      ).toMatchObject(refused('THRESHOLD_MISSED', 3))
      const other = await made(directory, 'other', ALICE, { package: { name: 'sample', version: '9' } })
      expect(await told(directory, 'verify', '--signature', '@app.sig', other)).toMatchObject(
        refused('DETACHED_SIGNATURE', 3),
      )

      const past = await made(directory, 'past', ALICE, { expires: 1 })
      expect(await told(directory, 'verify', past)).toMatchObject(refused('PACKAGE_EXPIRED', 3))
      expect(await told(directory, 'run', past, 'x')).toMatchObject(refused('PACKAGE_EXPIRED'))
      expect(start(past, { FLAVOR_CACHE: join(directory, 'cache'), HOME: directory, PATH: '/usr/bin:/bin' })).toEqual(
        RAN,
      )

      mkdirSync(join(directory, 'project'))
      const project = join(directory, 'project/pyproject.toml')
      writeFileSync(
        project,
        `[project]\nname = "sample"\nversion = "1"\n[project.scripts]\nx = "x:y"\n[tool.flavor.trust]\nkeys = [${keys[0]}]\n`,
      )
      const packing = await told(directory, 'pack', '--manifest', project, '--private-key', '@bob.key')
      expect(packing).toMatchObject(refused('KEY_UNTRUSTED', 3))
    },
    TIMEOUT,
  )
})
