/** Makes all files of a release: npm tarballs, flavor packed by itself, bill of materials, provenance, signed checksums (docs/release.md). */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureLauncher, type Launcher } from '../src/builders/launcher/launcher-store.ts'
import { nativeRecipe } from '../src/builders/launcher/native/native-recipe.ts'
import { launcherPackage } from '../src/builders/launcher/native/prebuilt-launcher.ts'
import { type KeyChoice, openSigningKey } from '../src/builders/signing-key.ts'
import { sourceDate } from '../src/builders/source-date.ts'
import { parseSecretSource, readSecretLine } from '../src/crypto/secret-source.ts'
import type { Signer } from '../src/crypto/signer.ts'
import { type Platform, platformName } from '../src/format/platform.ts'
import { installationRoot } from '../src/tools/installation.ts'
import { VERSION } from '../src/version.ts'
import { cacheBase } from '../src/workenv/cache-base.ts'
import { writeChecksums } from './releases/checksums.ts'
import { namedPlatform, namedPlatforms } from './releases/named-platforms.ts'
import { packItself, type SelfContext } from './releases/pack-itself.ts'
import { packRelease } from './releases/pack-release.ts'
import { releaseBill } from './releases/release-bill.ts'
import { releaseProvenance } from './releases/release-provenance.ts'
import { runScript, UsageError } from './releases/script-run.ts'

const USAGE = `usage: scripts/release DIR [--platform OS_ARCH]...
  --private-key FILE|env:NAME [--passphrase env:NAME|file:PATH] | --key-command COMMAND --public-key FILE
`

const onStep = (message: string) => process.stderr.write(`release: ${message}\n`)

await runScript('release', USAGE, main)

async function main(): Promise<number> {
  const { directory, choice, secrets, platforms } = readOptions()
  expectNew(directory)
  // Before anything long: a key that cannot be had should not cost an hour.
  const { key } = await openSigningKey(choice, process.env)
  // What is run to build gets none of the secrets.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !secrets.includes(name)))
  const context = { cacheDirectory: cacheBase(environment).path, environment, onStep }
  mkdirSync(dirname(directory), { recursive: true })
  const staging = mkdtempSync(`${directory}.partial-`)
  try {
    const files = await makeRelease(staging, platforms, key, { ...context, key: choice, secrets })
    chmodSync(staging, 0o777 & ~process.umask())
    renameSync(staging, directory)
    for (const path of files) process.stdout.write(`${join(directory, basename(path))}\n`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return 0
}

/** @throws UsageError where something lies there */
function expectNew(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found === undefined || (found.isDirectory() && readdirSync(directory).length === 0)) return
  throw new UsageError(`${directory}: is there already, expected a new or an empty directory`)
}

/** All files, in the order in which they depend on each other. */
async function makeRelease(
  directory: string,
  platforms: readonly Platform[],
  key: Signer,
  context: SelfContext,
): Promise<string[]> {
  const root = installationRoot()
  const launchers: Launcher[] = []
  for (const platform of platforms) {
    launchers.push(await ensureLauncher(await nativeRecipe(platform, 'shipped', context), context))
  }
  const files = await packRelease(root, launchers, directory)
  files.push(...(await packages(root, launchers, files, directory, context)))
  const bill = join(directory, `flavor-${VERSION}.cdx.json`)
  const timestamp = process.env.SOURCE_DATE_EPOCH ? sourceDate(process.env) : undefined
  writeFileSync(bill, await releaseBill(root, launchers, timestamp))
  files.push(bill)
  const provenance = join(directory, `flavor-${VERSION}.provenance.json`)
  const build = { root, platforms: platforms.map(platformName), environment: context.environment }
  writeFileSync(provenance, await releaseProvenance(files, build, key))
  files.push(provenance)
  return [...files, ...(await writeChecksums(files, directory, key))]
}

/** flavor packed by itself, for each platform that has a Node. */
async function packages(
  root: string,
  launchers: readonly Launcher[],
  tarballs: readonly string[],
  directory: string,
  context: SelfContext,
): Promise<string[]> {
  const made: string[] = []
  const flavor = join(directory, `flavor-${VERSION}.tgz`)
  for (const launcher of launchers) {
    const name = launcherPackage(namedPlatform(launcher.platform)) ?? ''
    const own = tarballs.find(path => basename(path) === `${name}-${VERSION}.tgz`)
    const packed = own && (await packItself(root, launcher, { flavor, launcher: own }, directory, context))
    if (packed === undefined) onStep(`${launcher.platform}: no package, because there is no Node for it`)
    else made.push(packed)
  }
  return made
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      platform: { type: 'string', multiple: true },
      'private-key': { type: 'string' },
      passphrase: { type: 'string' },
      'key-command': { type: 'string' },
      'public-key': { type: 'string' },
    },
  })
  const [directory, ...rest] = positionals
  if (directory === undefined || rest.length > 0) {
    throw new UsageError(`${positionals.length} arguments, expected one: the directory of the release`)
  }
  const platforms = namedPlatforms(values.platform)
  return { directory: resolve(directory), choice: keyChoice(values), secrets: secretNames(values), platforms }
}

/** Variables that the flags name. */
function secretNames(values: Readonly<Record<string, unknown>>): string[] {
  return [values['private-key'], values.passphrase].flatMap(value => {
    const source = parseSecretSource(`${value ?? ''}`)
    return source?.kind === 'env' ? [source.name] : []
  })
}

/**
 * A release is signed by a key that was chosen for it: neither the user's own nor one from a text.
 * @throws UsageError
 */
function keyChoice(values: Readonly<Record<string, unknown>>): KeyChoice {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  const [key, command, publicKey] = [text('private-key'), text('key-command'), text('public-key')]
  if ((key === undefined) === (command === undefined)) throw new UsageError('expected --private-key or --key-command')
  if (command !== undefined) {
    if (publicKey === undefined) throw new UsageError('--key-command: expected --public-key with it')
    return { kind: 'command', command, publicKey }
  }
  const source = parseSecretSource(text('passphrase') ?? '')
  if (source === undefined && text('passphrase') !== undefined) {
    throw new UsageError('--passphrase: expected env:NAME or file:PATH')
  }
  const passphrase = source && { isNamed: true, read: async () => readSecretLine(source, process.env, 'passphrase') }
  const more = {
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(publicKey === undefined ? {} : { publicKey }),
  }
  const named = parseSecretSource(key ?? '')
  return named?.kind === 'env' ? { kind: 'env', name: named.name, ...more } : { kind: 'file', path: key ?? '', ...more }
}
