import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { buildListing } from '../../src/format/tree-listing.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { flavor } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

/** Spec §4.7: an encrypted tree and an encrypted file, packed by `flavor pack`, under both launchers. */

const unable = missing('linux')
const KEY = 'a1'.repeat(32)
const SECRET_TEXT = 'what nobody else should read'
const PROGRAM = `#!/bin/sh
cat "$FLAVOR_WORKENV/secret/deep/text" "$FLAVOR_WORKENV/one"
echo "key: $APP_KEY"
`

async function pack(launcher: string, directory: string, changes: object = {}, flags: readonly string[] = []) {
  const project = join(directory, 'project')
  mkdirSync(join(project, 'secret/deep'), { recursive: true })
  writeFileSync(join(project, 'secret/deep/text'), `${SECRET_TEXT}\n`)
  writeFileSync(join(project, 'one'), 'one\n')
  writeFileSync(join(project, 'run.sh'), PROGRAM)
  const encrypted = { encryption: 'aes256', key_source: 'env:APP_KEY' }
  const slots = [
    { id: 'run', source: 'run.sh', target: 'run.sh', permissions: '0755' },
    { id: 'secret', source: 'secret', target: 'secret', ...encrypted, ...changes },
    { id: 'one', source: 'one', target: 'one', operations: 'raw', ...encrypted },
  ]
  const manifest = { package: { name: 'app', version: '1' }, execution: { command: '{workenv}/run.sh' }, slots }
  writeFileSync(join(project, 'app.json'), JSON.stringify(manifest))
  const path = join(directory, 'app')
  const words = ['pack', '-m', 'app.json', '-o', path, '--launcher', launcher, '--key-seed', 'test123', '--fast']
  const done = await flavor([...words, ...flags], { cwd: project, env: { APP_KEY: KEY } })
  return { path, done, env: { PATH: '/usr/bin:/bin', FLAVOR_CACHE: join(directory, 'cache'), HOME: directory } }
}

function run(path: string, env: Record<string, string>, words: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(path, words, { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Everything below a directory, with its mode. */
function modes(directory: string): Map<string, string> {
  const names = existsSync(directory) ? (readdirSync(directory, { recursive: true }) as string[]) : []
  return new Map(names.map(name => [name, (lstatSync(join(directory, name)).mode & 0o777).toString(8)]))
}

beforeAll(async () => {
  if (unable === undefined) for (const launcher of [nativeLauncher, nodeLauncher]) await launcher()
}, BUILD_TIMEOUT)

describe.skipIf(unable)(`encrypted slots${unable ? `: ${unable}` : ''}`, () => {
  test.each(['native', 'node'])(
    '§4.7 right key, wrong key, no key, by %s',
    async launcher => {
      const { path, env, done } = await pack(launcher, scratch())
      expect(done.exitCode, done.stderr).toBe(0)
      expect(readFileSync(path).includes(SECRET_TEXT)).toBe(false)

      for (const [key, code] of [
        [{}, 'SLOT_KEY_UNAVAILABLE'],
        [{ APP_KEY: 'b2'.repeat(32) }, 'SLOT_KEY_WRONG'],
      ] as const) {
        const refused = run(path, { ...env, ...key })
        expect([refused.status, refused.stdout]).toEqual([110, ''])
        expect(refused.stderr).toContain(`error[${code}]`)
        expect(refused.stderr).not.toContain('b2b2')
        const left = [...modes(env.FLAVOR_CACHE).keys()].filter(name => /(root|\.seal|text|one)$/.test(name))
        expect(left).toEqual([])
        const place = join(env.HOME, 'new/place')
        const extracted = run(path, { ...env, ...key, FLAVOR_LAUNCHER_CLI: '1' }, ['extract', '1', place])
        expect(extracted).toMatchObject({ status: 110, stderr: expect.stringContaining(`error[${code}]`) })
        expect(existsSync(join(env.HOME, 'new'))).toBe(false)
      }

      // An administrator's cache, which others may look into.
      chmodSync(env.FLAVOR_CACHE, 0o755)
      const wanted = { status: 0, stdout: `${SECRET_TEXT}\none\nkey: \n`, stderr: '' }
      expect(run(path, { ...env, APP_KEY: KEY })).toEqual(wanted)
      const found = [...modes(env.FLAVOR_CACHE)]
      const modeOf = (end: string) => found.find(([name]) => name.endsWith(end))?.[1]
      expect(['root/secret', 'root/secret/deep', 'root/secret/deep/text', 'root/one', 'listing/1'].map(modeOf)).toEqual(
        [...['755', '700', '400', '400', '600']],
      )
      // A warm start has no use for the key, and a work environment that is damaged does.
      expect(run(path, env)).toEqual(wanted)
      expect(run(path, { ...env, FLAVOR_VALIDATION: 'strict' })).toMatchObject({ status: 110 })
      expect(run(path, { ...env, FLAVOR_VALIDATION: 'strict', APP_KEY: KEY })).toEqual(wanted)

      const cli = { ...env, FLAVOR_LAUNCHER_CLI: '1' }
      expect(run(path, cli, ['verify'])).toMatchObject({ status: 0 })
      expect(run(path, cli, ['verify', '--deep'])).toMatchObject({ status: 110 })
      expect(run(path, { ...cli, APP_KEY: KEY }, ['verify', '--deep'])).toMatchObject({ status: 0 })
    },
    60_000,
  )

  test('§4.7 the tools: same bytes, nothing to guess by, and what verify says', async () => {
    const directory = scratch()
    const { path } = await pack('native', directory)
    const bytes = readFileSync(path)
    const again = await pack('native', directory)
    expect(readFileSync(again.path).equals(bytes)).toBe(true)
    const inspected = JSON.parse((await flavor(['inspect', '--json', path])).stdout)
    const slots = inspected.slots.map(({ tree, key_source }: Record<string, unknown>) => [tree === null, key_source])
    expect(slots.slice(0, 3)).toEqual([
      [false, null],
      [true, 'env:APP_KEY'],
      [true, 'env:APP_KEY'],
    ])
    // What the package says about itself names the stored bytes, not what they hide.
    const content = sha256Hex(Buffer.from('one\n'))
    const tree = sha256Hex(buildListing([{ type: 'f', mode: 0o444, size: 4, sha256: content, path: 'one' }]))
    for (const id of ['sbom', 'provenance']) {
      const about = join(directory, id)
      expect((await flavor(['extract', path, id, about])).exitCode).toBe(0)
      const { payload, ...bill } = JSON.parse(readFileSync(about, 'utf8'))
      const text = payload === undefined ? JSON.stringify(bill) : Buffer.from(payload, 'base64').toString()
      expect(text).toContain(inspected.slots[2].checksum.slice('sha256:'.length))
      for (const hash of [content, tree]) expect(text).not.toContain(hash)
    }
    expect((await flavor(['verify', path])).stdout).toContain('the content of 2, encrypted, was not looked at')
    expect((await flavor(['verify', '--deep', path])).stderr).toContain('error[SLOT_KEY_UNAVAILABLE]')
    const output = join(directory, 'out')
    const wrong = await flavor(['extract', path, 'secret', output], { env: { APP_KEY: '00'.repeat(32) } })
    expect([wrong.exitCode, existsSync(output)]).toEqual([1, false])
    const extracted = await flavor(['extract', path, 'secret', output], { env: { APP_KEY: KEY } })
    expect(extracted.exitCode, extracted.stderr).toBe(0)
    expect(readFileSync(join(output, 'deep/text'), 'utf8')).toBe(`${SECRET_TEXT}\n`)
    expect(lstatSync(join(output, 'deep/text')).mode & 0o077).toBe(0)
  }, 60_000)

  test('§4.7 --slot-key, and what the manifest may not say', async () => {
    const directory = scratch()
    const key = join(directory, 'key')
    writeFileSync(key, `${KEY}\n`, { mode: 0o600 })
    const file = { key_source: 'file:/nowhere/key' }
    const elsewhere = await pack('native', directory, file, ['--slot-key', `secret=file:${key}`])
    expect(elsewhere.done.exitCode, elsewhere.done.stderr).toBe(0)
    expect((await pack('native', directory, file)).done.stderr).toContain('error[SLOT_KEY_UNAVAILABLE]')
    const unknown = await pack('native', directory, {}, ['--slot-key', 'run=env:APP_KEY'])
    expect(unknown.done.stderr).toContain('error[OPTION_UNUSED]')
    expect((await pack('native', directory, { share: true })).done.stderr).toContain('error[MANIFEST_VALUE]')
  }, 60_000)
})
