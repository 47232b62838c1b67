/** Makes all files of a release: npm tarballs, flavor packed by itself, bill of materials, provenance, signed checksums (docs/release.md). */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureLauncher, type Launcher } from '../src/builders/launcher/launcher-store.ts'
import { nativeRecipe } from '../src/builders/launcher/native/native-recipe.ts'
import { nativePlatforms } from '../src/builders/launcher/native/native-targets.ts'
import { launcherPackage } from '../src/builders/launcher/native/prebuilt-launcher.ts'
import { type KeyChoice, openSigningKey } from '../src/builders/signing-key.ts'
import { sourceDate } from '../src/builders/source-date.ts'
import { parseSecretSource, readSecretLine } from '../src/crypto/secret-source.ts'
import { FlavorError } from '../src/format/flavor-error.ts'
import { type Platform, platformName } from '../src/format/platform.ts'
import { installationRoot } from '../src/tools/installation.ts'
import { VERSION } from '../src/version.ts'
import { cacheBase } from '../src/workenv/cache-base.ts'
import { writeChecksums } from './releases/checksums.ts'
import { packItself, type SelfContext } from './releases/pack-itself.ts'
import { packRelease } from './releases/pack-release.ts'
import { releaseBill } from './releases/release-bill.ts'
import { releaseProvenance } from './releases/release-provenance.ts'

const USAGE = `usage: scripts/release DIR [--platform OS_ARCH]...
  --private-key FILE|env:NAME [--passphrase env:NAME|file:PATH] | --key-command COMMAND --public-key FILE
`

const onStep = (message: string) => process.stderr.write(`release: ${message}\n`)

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof FlavorError)) throw error
  process.stderr.write(`release: error[${error.code}]: ${error.message}\n`)
  if (error.hint !== undefined) process.stderr.write(`release: hint: ${error.hint}\n`)
  process.exitCode = error.row.exit
}

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  const { directory, choice, secrets } = options
  // What is run to build gets none of the secrets.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !secrets.includes(name)))
  const context = { cacheDirectory: cacheBase(environment).path, environment, onStep }
  mkdirSync(directory, { recursive: true })
  if (readdirSync(directory).length > 0) {
    process.stderr.write(
      `release: ${directory}: is not empty, expected a new directory: what lies there would be signed too\n`,
    )
    return 1
  }
  // Before anything long: a key that cannot be had should not cost an hour.
  const { key } = await openSigningKey(choice, process.env)
  const root = installationRoot()
  const launchers: Launcher[] = []
  for (const platform of options.platforms) {
    launchers.push(await ensureLauncher(await nativeRecipe(platform, 'shipped', context), context))
  }
  const files = await packRelease(root, launchers, directory)
  files.push(...(await packages(root, launchers, files, directory, { ...context, key: choice, secrets })))
  const bill = join(directory, `flavor-${VERSION}.cdx.json`)
  const timestamp = process.env.SOURCE_DATE_EPOCH ? sourceDate(process.env) : undefined
  writeFileSync(bill, await releaseBill(root, launchers, timestamp))
  files.push(bill)
  const provenance = join(directory, `flavor-${VERSION}.provenance.json`)
  const build = { root, platforms: launchers.map(({ platform }) => platform), environment }
  writeFileSync(provenance, await releaseProvenance(files, build, key))
  files.push(provenance, ...(await writeChecksums([...files, provenance], directory, key)))
  for (const path of files) process.stdout.write(`${path}\n`)
  return 0
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
    const name = launcherPackage(platformOf(launcher)) ?? ''
    const own = tarballs.find(path => basename(path) === `${name}-${VERSION}.tgz`)
    const packed = own && (await packItself(root, launcher, { flavor, launcher: own }, directory, context))
    if (packed === undefined) onStep(`${launcher.platform}: no package, because there is no Node for it`)
    else made.push(packed)
  }
  return made
}

function platformOf({ platform }: Launcher): Platform {
  return parse(platform) ?? { os: 'linux', arch: 'amd64' }
}

function readOptions() {
  try {
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
    const platforms = (values.platform ?? nativePlatforms().map(platformName)).map(parse)
    const choice = keyChoice(values)
    if (directory === undefined || rest.length > 0 || platforms.includes(undefined) || choice === undefined)
      return undefined
    return {
      directory: resolve(directory),
      choice,
      secrets: secretNames(values),
      platforms: platforms.filter(platform => platform !== undefined),
    }
  } catch {
    return undefined
  }
}

/** Variables that the flags name. */
function secretNames(values: Readonly<Record<string, unknown>>): string[] {
  return [values['private-key'], values.passphrase].flatMap(value => {
    const source = parseSecretSource(`${value ?? ''}`)
    return source?.kind === 'env' ? [source.name] : []
  })
}

/** A release is signed by a key that was chosen for it: neither the user's own nor one from a text. */
function keyChoice(values: Readonly<Record<string, unknown>>): KeyChoice | undefined {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  const [key, command, publicKey] = [text('private-key'), text('key-command'), text('public-key')]
  if ((key === undefined) === (command === undefined)) return undefined
  if (command !== undefined) return publicKey === undefined ? undefined : { kind: 'command', command, publicKey }
  const source = parseSecretSource(text('passphrase') ?? '')
  if (source === undefined && text('passphrase') !== undefined) return undefined
  const passphrase = source && { isNamed: true, read: async () => readSecretLine(source, process.env, 'passphrase') }
  const more = {
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(publicKey === undefined ? {} : { publicKey }),
  }
  const named = parseSecretSource(key ?? '')
  return named?.kind === 'env' ? { kind: 'env', name: named.name, ...more } : { kind: 'file', path: key ?? '', ...more }
}

function parse(name: string): Platform | undefined {
  return nativePlatforms().find(platform => platformName(platform) === name)
}
