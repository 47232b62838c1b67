import type { LauncherChoice } from '../builders/chosen-launcher.ts'
import { pack as packProject } from '../builders/pack.ts'
import type { KeyChoice } from '../builders/signing-key.ts'
import { cacheBase } from '../workenv/cache-base.ts'
import { parseExpiry } from './expiry.ts'
import { packObject, packText } from './pack-report.ts'
import { PLATFORM_NAMES, parsePlatform } from './platform-flag.ts'
import { reproduce, reproductionObject, reproductionText } from './reproduction.ts'
import { conflict, namedKey, passphraseOf, SIGNING_FLAGS, secretVariables } from './signing-flags.ts'
import { parseSlotKeys } from './slot-key-flag.ts'
import type { Io } from './ui/io.ts'
import { defineVerb, type Invocation } from './verb.ts'

const FLAGS = {
  manifest: {
    type: 'string',
    short: 'm',
    placeholder: 'FILE',
    default: 'pyproject.toml',
    description: 'pyproject.toml, or a JSON manifest',
    completion: 'file',
  },
  output: {
    type: 'string',
    short: 'o',
    placeholder: 'FILE',
    description: 'the package; without it dist/NAME.psp beside the manifest',
    completion: 'file',
  },
  launcher: {
    type: 'string',
    placeholder: 'LAUNCHER',
    default: 'auto',
    description: 'auto (native where it can be had, else node), native, node, or the path of one that is built',
    completion: 'file',
  },
  platform: {
    type: 'string',
    placeholder: 'OS_ARCH',
    description: 'its platform, if not this one',
    choices: PLATFORM_NAMES,
  },
  profile: {
    type: 'string',
    placeholder: 'PROFILE',
    default: 'default',
    choices: ['default', 'portable'],
    description: 'portable keeps to what every reader of PSPF/2025 knows',
  },
  release: { type: 'boolean', description: 'compress as well as can be; takes minutes the first time' },
  fast: { type: 'boolean', description: 'compress quickly, for trying out' },
  verify: {
    type: 'boolean',
    negatable: true,
    default: false,
    description: 'decode every slot again before the package appears; its stored bytes are always read back',
  },
  ...SIGNING_FLAGS,
  'key-seed': {
    type: 'string',
    placeholder: 'TEXT',
    description: 'derive the key from a text; for tests only, as weak as the text',
  },
  ephemeral: { type: 'boolean', description: 'sign with a key that is thrown away, and say so in the package' },
  expires: {
    type: 'string',
    placeholder: 'TIME',
    description: 'when verify and run stop to take it: 2027-01-31, or 2027-01-31T12:00:00Z',
  },
  rotation: {
    type: 'string',
    placeholder: 'FILE',
    description: 'statements by which an old key gives way to the one that signs',
    completion: 'file',
    repeatable: true,
  },
  'slot-key': {
    type: 'string',
    placeholder: 'ID=SOURCE',
    description: 'take the key of an encrypted slot from env:NAME, file:PATH or command:PROGRAM',
    repeatable: true,
  },
  python: {
    type: 'string',
    placeholder: 'PYTHON',
    description: "the interpreter: uv:3.12, the path of one to take along, or none for the user's own",
  },
  'update-lock': { type: 'boolean', description: 'resolve anew and rewrite flavor.lock' },
  sbom: {
    type: 'boolean',
    negatable: true,
    default: true,
    description: 'put a bill of materials (CycloneDX) into the package',
  },
  provenance: {
    type: 'boolean',
    negatable: true,
    default: true,
    description: 'put signed provenance (SLSA) into the package',
  },
  'provenance-out': {
    type: 'string',
    placeholder: 'FILE',
    description: 'write signed provenance of the finished file, too',
    completion: 'file',
  },
  reproduce: {
    type: 'string',
    placeholder: 'PACKAGE',
    description: 'pack as the provenance of a package says, and compare with it; exits with 1 where it differs',
    completion: 'file',
  },
  'workenv-base': {
    type: 'string',
    placeholder: 'DIR',
    description: 'what {workenv} means in the sources of a JSON manifest',
    completion: 'directory',
  },
} as const

export const pack = defineVerb({
  name: 'pack',
  summary: 'pack a project into one signed file that runs',
  description:
    'Reads the manifest, resolves and installs what the project needs, compresses, signs, and reads the result back before it appears. SOURCE_DATE_EPOCH is the one time that goes into it. Without a key it signs with your default key, which is made on first use.',
  arguments: {},
  flags: FLAGS,
  examples: [
    { command: 'flavor pack', description: 'the Python project of this directory' },
    { command: 'flavor pack --manifest app.json --output app', description: 'any tree of files, by a JSON manifest' },
    { command: 'flavor pack -m app.json --platform windows_amd64', description: 'for another platform' },
    {
      command: 'flavor pack --release --private-key keys/flavor-private.key',
      description: 'small, and signed with your own key',
    },
  ],
  exits: [3, 4],
  json: {
    type: 'always "pack"',
    path: 'the package',
    name: 'name of the package',
    version: 'version of the package',
    size: 'bytes of the file',
    content_hash: 'SHA-256 of the signed metadata, which names the package by its content',
    key_id: 'first 16 hex digits of the SHA-256 of the public key',
    key_kind: 'file, env, command, seed, ephemeral or default',
    key_path: 'the file of the private key, or null',
    key_created: 'true where the default key was made just now',
    launcher: 'tool, tool_version, size and checksum of the launcher; instead: why auto took no native one, or null',
    sbom: 'id of the slot with the bill of materials, or null',
    provenance: 'id of the slot with the provenance, or null',
    provenance_path: 'the file of --provenance-out, or null',
    verified: 'deep where every slot was decoded again, else stored',
    'slots[].id': 'id of the slot',
    'slots[].size': 'stored bytes',
    'slots[].unpacked': 'bytes of its files',
    'slots[].files': 'how many files it has',
    'slots[].cached': 'true where it came out of the pack cache',
    reproduction:
      'with --reproduce: reproduces (the package), reproduced, same_key, total and differences (as `diff` has them); else null',
    duration: 'milliseconds',
  },
  interruptible: true,
  async run({ options, io }) {
    const started = io.now()
    const key = keyChoice(options, io)
    if (!options.provenance && options['provenance-out'] !== undefined) {
      throw conflict('pack', '--no-provenance', '--provenance-out')
    }
    const slotKeySources = parseSlotKeys(options['slot-key'])
    const cache = cacheBase(io.environment)
    if (cache.reason !== undefined) io.warn(`the cache is ${cache.path}: ${cache.reason}`)
    const progress = io.progress()
    const wish = {
      manifest: options.manifest,
      ...(options.output === undefined ? {} : { output: options.output }),
      launcher: launcherChoice(options.launcher),
      ...(options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }),
      profile: options.profile,
      effort: effort(options),
      key,
      secretVariables: secretVariables(options),
      python: {
        ...(options.python === undefined ? {} : { interpreter: options.python }),
        updateLock: options['update-lock'],
      },
      ...(options['workenv-base'] === undefined ? {} : { workenvBase: options['workenv-base'] }),
      ...(options.expires === undefined ? {} : { expires: parseExpiry(options.expires) }),
      rotationFiles: options.rotation,
      slotKeySources,
      deepReadBack: options.verify,
      sbom: options.sbom,
      provenance: options.provenance,
      ...(options['provenance-out'] === undefined ? {} : { provenanceOutput: options['provenance-out'] }),
      cacheDirectory: cache.path,
      environment: io.environment,
      onStep: io.step,
      onProgress: progress.onProgress,
    }
    const reproduction = options.reproduce === undefined ? undefined : await reproduce(options.reproduce, wish)
    const packed = reproduction?.packed ?? (await packProject(wish))
    const duration = Math.round(io.now() - started)
    if (packed.launcher.instead !== undefined) io.note(`packed with the Node launcher: ${packed.launcher.instead}`)
    if (packed.signing.kind === 'seed')
      io.warn('signed with a key from --key-seed: anyone who guesses the text can sign too')
    const told = reproduction === undefined ? null : reproductionObject(reproduction)
    io.report({ ...packObject(packed, duration), reproduction: told }, () => {
      return reproduction === undefined ? packText(packed, duration) : reproductionText(reproduction)
    })
    return reproduction !== undefined && reproduction.total > 0 ? 1 : 0
  },
})

type Options = Invocation<Record<never, never>, typeof FLAGS>['options']

function launcherChoice(text: string): LauncherChoice {
  return text === 'auto' || text === 'native' || text === 'node' ? text : { path: text }
}

function effort(options: Options): 'fast' | 'default' | 'release' {
  if (options.release && options.fast) throw conflict('pack', '--release', '--fast')
  return options.release ? 'release' : options.fast ? 'fast' : 'default'
}

function keyChoice(options: Options, io: Io): KeyChoice {
  const { 'key-seed': seed, 'public-key': publicKey } = options
  const named = namedKey('pack', options, io)
  const others = { '--private-key': options['private-key'], '--key-command': options['key-command'] }
  const secret = { '--passphrase': options.passphrase }
  if (seed !== undefined) refuseBeside('--key-seed', { ...others, ...secret })
  if (options.ephemeral)
    refuseBeside('--ephemeral', { ...others, ...secret, '--key-seed': seed, '--public-key': publicKey })
  if (options.ephemeral) return { kind: 'ephemeral' }
  const pair = publicKey === undefined ? {} : { publicKey }
  if (seed !== undefined) return { kind: 'seed', text: seed, ...pair }
  return named ?? { kind: 'default', passphrase: passphraseOf(options.passphrase, io), ...pair }
}

function refuseBeside(one: string, others: Readonly<Record<string, string | undefined>>): void {
  for (const [other, value] of Object.entries(others)) if (value !== undefined) throw conflict('pack', one, other)
}
