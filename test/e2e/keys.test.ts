import { spawn } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyId } from '../../src/crypto/key-id.ts'
import {
  encodeEncryptedKeyPem,
  encodePrivateKeyPem,
  encodePublicKeyPem,
  generateKeyPair,
} from '../../src/crypto/keys.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { runs } from '../support/runs.ts'
import { fakeLauncher } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const PASSPHRASE = 'correct-horse-battery'

/** A project to pack, and a key in every form. */
function place() {
  const directory = scratch()
  const inside = (name: string) => join(directory, name)
  const key = generateKeyPair()
  writeFileSync(inside('plain.key'), encodePrivateKeyPem(key), { mode: 0o600 })
  writeFileSync(inside('locked.key'), encodeEncryptedKeyPem(key, PASSPHRASE), { mode: 0o600 })
  writeFileSync(inside('public.key'), encodePublicKeyPem(key.publicKey))
  writeFileSync(inside('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 })
  writeFileSync(inside('data'), 'some data that is long enough')
  const slots = [{ id: 'data', source: inside('data'), target: 'data' }]
  const manifest = { package: { name: 'x', version: '1' }, execution: { command: '/bin/true' }, slots }
  writeFileSync(inside('app.json'), JSON.stringify(manifest))
  const launcher = ['--launcher', fakeLauncher(directory).path]
  const environment = { PATH: process.env.PATH ?? '', HOME: directory, FLAVOR_CACHE: inside('cache') }
  const packing = ['pack', '-m', inside('app.json'), '-o', inside('app.psp'), ...launcher]
  return { directory, inside, key, environment, packing }
}

/** The forms in which the secrets of a key could be found. */
function secretsOf(seed: Uint8Array): string[] {
  const pem = encodePrivateKeyPem({ seed, publicKey: new Uint8Array() })
  const body = pem.split('\n')[1] ?? ''
  const whole = Buffer.from(pem).toString('base64')
  return [PASSPHRASE, Buffer.from(seed).toString('hex'), Buffer.from(seed).toString('base64'), body, whole]
}

test.each(['trace', 'debug', 'info', 'warn', 'error', 'json:debug'])(
  'no passphrase and no private key is in what is printed at level %s, nor in any file that is made',
  async level => {
    const { directory, inside, key, environment, packing } = place()
    const variables = {
      ...{ ...environment, FLAVOR_DEBUG: '1', FLAVOR_LOG_LEVEL: level, FLAVOR_LAUNCHER_LOG_LEVEL: level },
      ...{ PASS: PASSPHRASE, BAD: `${PASSPHRASE}-not`, KEY: encodePrivateKeyPem(key) },
    }
    const locked = ['--private-key', inside('locked.key')]
    const calls: readonly (readonly [number, readonly string[]])[] = [
      [0, [...packing, ...locked, '--passphrase', 'env:PASS', '--json']],
      [1, [...packing, ...locked, '--passphrase', 'env:BAD']],
      [1, [...packing, ...locked, '--json']],
      [2, [...packing, ...locked, '--passphrase', PASSPHRASE]],
      [1, [...packing, '--private-key', 'env:PASS']],
      [0, [...packing, '--private-key', 'env:KEY']],
      [0, ['sign', inside('app.psp'), '--private-key', 'env:KEY', '--json']],
      [0, ['keygen', '--out-dir', inside('new'), '--passphrase', `file:${inside('passphrase')}`]],
      [0, ['verify', inside('app.psp'), '--json']],
    ]
    let printed = ''
    for (const [exit, words] of calls) {
      const result = await runInProcess(words, { environment: variables })
      expect([exit, words, result.stderr]).toEqual([result.exit, words, result.stderr])
      printed += result.stdout + result.stderr
    }
    const secrets = secretsOf(key.seed)
    for (const secret of secrets) expect(printed.includes(secret), 'printed').toBe(false)
    const own = ['plain.key', 'passphrase']
    const files = readdirSync(directory, { recursive: true }).map(String)
    for (const file of files.filter(name => !own.includes(name) && lstatSync(inside(name)).isFile())) {
      const bytes = readFileSync(inside(file))
      for (const secret of secrets) expect(bytes.includes(secret), file).toBe(false)
      expect(bytes.includes(key.seed), file).toBe(false)
    }
  },
)

test('what builds a project gets none of the variables that hold secrets of the signer', async () => {
  const { directory, inside, key, environment } = place()
  const script = `#!/bin/sh\n{ env; echo "$@"; } >> '${inside('seen')}'\nexit 1\n`
  writeFileSync(inside('uv'), script, { mode: 0o755 })
  mkdirSync(inside('project'))
  writeFileSync(inside('project/pyproject.toml'), '[project]\nname = "x"\nversion = "1"\nscripts = { x = "x:main" }\n')
  const variables = {
    ...{ ...environment, FLAVOR_UV: inside('uv'), OTHER: 'is passed on' },
    ...{ PASS: PASSPHRASE, KEY: encodeEncryptedKeyPem(key, PASSPHRASE) },
  }
  const words = ['pack', '-m', inside('project/pyproject.toml'), '--python', 'uv:3.12', '--private-key', 'env:KEY']
  const { exit } = await runInProcess([...words, '--passphrase', 'env:PASS'], { environment: variables })
  expect(exit).not.toBe(0)
  const seen = readFileSync(inside('seen'), 'utf8')
  expect(seen).toContain('OTHER=is passed on')
  for (const text of [PASSPHRASE, 'ENCRYPTED', 'PASS=', 'KEY=']) expect(seen.includes(text), text).toBe(false)
  expect(readdirSync(directory)).not.toContain('dist')
})

test.skipIf(!runs('openssl'))(
  'another program signs packages, finished files and rotations; it is told the key',
  async () => {
    const { inside, key, environment, packing } = place()
    // OpenSSL 3.0 signs files only.
    const line = `echo "$FLAVOR_KEY_ID" >> '${inside('asked')}'; cat > '${inside('m')}' && openssl pkeyutl -sign -rawin -inkey '${inside('plain.key')}' -in '${inside('m')}' | openssl base64`
    const signer = ['--key-command', line, '--public-key', inside('public.key')]
    const run = (words: readonly string[]) => runInProcess([...words, '--json'], { environment })
    const packed = await run([...packing, ...signer])
    expect(packed, packed.stderr).toMatchObject({ exit: 0 })
    expect(JSON.parse(packed.stdout)).toMatchObject({ key_kind: 'command', key_id: keyId(key.publicKey) })
    expect(await run(['verify', inside('app.psp'), '--key', inside('public.key')])).toMatchObject({ exit: 0 })
    const other = generateKeyPair()
    writeFileSync(inside('other.pub'), encodePublicKeyPem(other.publicKey))
    expect(await run(['sign', inside('app.psp'), ...signer])).toMatchObject({ exit: 0 })
    expect(await run(['trust', 'rotate', inside('other.pub'), '--name', 'x', ...signer])).toMatchObject({ exit: 0 })
    // Of the package, both its provenance and its metadata.
    expect(readFileSync(inside('asked'), 'utf8')).toBe(`${keyId(key.publicKey)}\n`.repeat(4))
    const before = readFileSync(inside('app.psp'))
    const wrong = await run([...packing, '--key-command', line, '--public-key', inside('other.pub')])
    expect(wrong.stderr).toContain('"code":"KEY_COMMAND"')
    expect(readFileSync(inside('app.psp')).equals(before)).toBe(true)
  },
)

/** Runs `flavor` on a terminal of its own, and types a line whenever it is asked. */
async function onTerminal(words: readonly string[], typed: readonly string[], environment: Record<string, string>) {
  const command = [process.execPath, MAIN, ...words].map(word => `'${word}'`).join(' ')
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], { env: environment })
  const answers = [...typed]
  let shown = ''
  let read = 0
  child.stdout.on('data', chunk => {
    shown += chunk
    const question = /passphrase[^\n]*: $/.exec(shown.slice(read))
    if (question === null) return
    read = shown.length
    child.stdin.write(answers.shift() ?? '')
  })
  const exit = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { exit, shown }
}

test.skipIf(!runs('script'))(
  'on a terminal the passphrase is asked for, twice for a new key, and is not shown',
  async () => {
    const { inside, environment, packing } = place()
    const variables = { ...environment, SHELL: '/bin/sh', TERM: 'dumb' }
    const made = await onTerminal(
      ['keygen', '--out-dir', inside('k'), '--passphrase'],
      ['first one\r', 'first one\r'],
      variables,
    )
    expect(made, made.shown).toMatchObject({ exit: 0 })
    expect(readFileSync(inside('k/flavor-private.key'), 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    const words = [...packing, '--private-key', inside('k/flavor-private.key')]
    const packed = await onTerminal(words, ['first one\r'], variables)
    expect(packed, packed.shown).toMatchObject({ exit: 0 })
    const differing = await onTerminal(
      ['keygen', '--out-dir', inside('l'), '--passphrase'],
      ['first one\r', 'first two\r'],
      variables,
    )
    expect(differing.shown).toContain('error[KEY_PASSPHRASE]: the two passphrases differ')
    const stopped = await onTerminal(words, ['first\u0003'], variables)
    expect(stopped.exit).toBe(130)
    for (const { shown } of [made, packed, differing, stopped]) expect(shown).not.toContain('first')
  },
)
