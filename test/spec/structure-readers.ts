import { aes256Gcm } from '../../src/codecs/aes256-gcm.ts'
import type { Codec } from '../../src/codecs/codec.ts'
import { gzip } from '../../src/codecs/gzip.ts'
import { readTar } from '../../src/codecs/tar-reader.ts'
import { zstd } from '../../src/codecs/zstd.ts'
import { verifyEd25519 } from '../../src/crypto/ed25519.ts'
import { keyId } from '../../src/crypto/key-id.ts'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { splitCommand } from '../../src/format/command-line.ts'
import { MAX_ARCHIVE_ENTRIES } from '../../src/format/limits.ts'
import { checkMetadata, type Metadata, type MetadataInput } from '../../src/format/metadata.ts'
import { formatOperations, packOperations, parseOperations, unpackOperations } from '../../src/format/operations.ts'
import { type PlaceholderPlace, type PlaceholderValues, substitute } from '../../src/format/placeholders.ts'
import { encodeSlotDescriptor, parseSlotDescriptor } from '../../src/format/slot-descriptor.ts'
import { parseTarget } from '../../src/format/target-path.ts'
import { buildListing, parseListing } from '../../src/format/tree-listing.ts'
import { buildCommand } from '../../src/launch/command.ts'
import { buildEnvironment } from '../../src/launch/environment.ts'
import { validationLevel } from '../../src/launch/levels.ts'
import { matchesPattern } from '../../src/launch/name-pattern.ts'
import { PackageError } from '../../src/package/package-error.ts'
import { TreeChecker } from '../../src/package/tree-checker.ts'
import { readSetup } from './setup-reader.ts'
import { TRUST_READERS } from './trust-readers.ts'
import { bytesOf, type LoadedVector, numberOf, textOf } from './vectors.ts'

/** What reads each kind of vector but packages; the value has the names of the vector's `expect.ok`. */
export const STRUCTURE_READERS: Readonly<Record<string, (vector: LoadedVector) => unknown>> = {
  ...TRUST_READERS,
  'slot-descriptor': readDescriptor,
  operations: vector => {
    const chain = unpackOperations(BigInt(textOf(vector, 'packed')), 0)
    if (packOperations(chain) !== BigInt(textOf(vector, 'packed'))) throw new Error('does not pack again')
    return { chain, name: formatOperations(chain) }
  },
  'operations-name': vector => ({ chain: parseOperations(textOf(vector, 'text'), 0) }),
  'target-path': vector => ({ path: parseTarget(textOf(vector, 'target'), 0) }),
  listing: readListing,
  ed25519: vector => {
    const hex = (key: string) => Buffer.from(textOf(vector, key), 'hex')
    if (verifyEd25519(hex('signature'), hex('message'), hex('public_key'))) return {}
    throw new PackageError('SIGNATURE_INVALID', 'the signature is not that of the message (spec §5.7)')
  },
  'seed-key': vector => {
    const { seed, publicKey } = keyPairFromSeedText(textOf(vector, 'text'))
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
    return { seed: hex(seed), public_key: hex(publicKey), key_id: keyId(publicKey) }
  },
  gzip: vector => decode(gzip, vector),
  zstd: vector => decode(zstd, vector),
  'aes256-gcm': vector => decode(aes256Gcm, vector),
  tar: readArchive,
  placeholder: vector => {
    const place = textOf(vector, 'place') as PlaceholderPlace
    return { text: substitute(textOf(vector, 'template'), 'template', valuesOf(vector), place) }
  },
  'command-line': vector => ({ argv: splitCommand(textOf(vector, 'command'), 'command') }),
  command: readCommand,
  environment: readEnvironment,
  setup: vector => readSetup(vector.input ?? {}, metadataWith),
  'name-pattern': vector => ({ matches: matchesPattern(textOf(vector, 'name'), textOf(vector, 'pattern')) }),
  level: vector => {
    const minimum = vector.input?.minimum_level
    const metadata = metadataWith(minimum === undefined ? {} : { verification: { minimum_level: minimum } })
    return { level: validationLevel(vector.input?.requested as string | undefined, metadata) }
  },
}

function readDescriptor(vector: LoadedVector): unknown {
  const slot = parseSlotDescriptor(bytesOf(vector), numberOf(vector, 'slot'))
  if (Buffer.compare(encodeSlotDescriptor(slot), bytesOf(vector)) !== 0) throw new Error('does not encode to itself')
  const hex64 = (value: bigint) => value.toString(16).padStart(16, '0')
  return {
    id: Number(slot.id),
    name_hash: hex64(slot.nameHash),
    offset: Number(slot.offset),
    size: Number(slot.size),
    original_size: Number(slot.originalSize),
    operations: slot.operations,
    checksum: hex64(slot.checksum),
    purpose: slot.purpose,
    lifecycle: slot.lifecycle,
    priority: slot.priority,
    platform: slot.platform,
    permissions: slot.permissions,
  }
}

function readListing(vector: LoadedVector): unknown {
  const entries = parseListing(bytesOf(vector))
  return { entries: entries.length, tree: sha256Hex(buildListing(entries)) }
}

async function decode(codec: Codec, vector: LoadedVector): Promise<unknown> {
  const secret = vector.input?.secret
  const context = {
    where: vector.id,
    maxBytes: numberOf(vector, 'max_bytes'),
    ...(typeof secret === 'string' ? { secret: Buffer.from(secret, 'hex') } : {}),
  }
  const chunks: Uint8Array[] = []
  for await (const bytes of codec.decode([bytesOf(vector)], context)) chunks.push(bytes)
  const decoded = Buffer.concat(chunks)
  return { size: decoded.length, sha256: sha256Hex(decoded) }
}

async function readArchive(vector: LoadedVector): Promise<unknown> {
  const checker = new TreeChecker(vector.id)
  const context = { where: vector.id, maxEntries: MAX_ARCHIVE_ENTRIES }
  for await (const member of readTar([bytesOf(vector)], context)) await checker.add(member)
  const listing = buildListing(checker.entries)
  const files = checker.entries.filter(entry => entry.type === 'f')
  return {
    listing: Buffer.from(listing).toString().split('\0').slice(0, -1),
    tree: sha256Hex(listing),
    files: files.length,
    bytes: files.reduce((sum, entry) => sum + entry.size, 0),
  }
}

function readCommand(vector: LoadedVector): unknown {
  const { execution, invoked, user_arguments, requested } = vector.input as {
    execution: Record<string, unknown>
    invoked: string
    user_arguments: string[]
    requested?: string
  }
  const invocation = { invoked, userArguments: user_arguments, requested }
  const { program, argv, isPackaged } = buildCommand(metadataWith({ execution }), valuesOf(vector), invocation)
  return { program, argv, is_packaged: isPackaged }
}

function readEnvironment(vector: LoadedVector): unknown {
  const { inherited, slots, runtime, workenv, env, environment, slot_directories, package_file } = vector.input as {
    inherited: Record<string, string>
    package_file?: string
    slot_directories?: Record<string, string>
    slots?: MetadataInput['slots']
  } & Record<string, unknown>
  const metadata = metadataWith({
    ...(slots && { slots }),
    runtime,
    workenv,
    execution: { command: 'x', env, environment },
  })
  const { variables, missing } = buildEnvironment({
    inherited,
    metadata,
    values: valuesOf(vector),
    invoked: textOf(vector, 'invoked'),
    ...(slot_directories && { slotDirectories: slot_directories }),
    ...(package_file && { packageFile: package_file }),
  })
  return { variables: { ...variables }, missing }
}

function valuesOf(vector: LoadedVector): PlaceholderValues {
  const { values } = vector.input as { values: PlaceholderValues & { readonly primary_slot: number } }
  return { ...values, primarySlot: values.primary_slot }
}

/** A package with two slots, as those of the vectors have it. */
function metadataWith(changes: Readonly<Record<string, unknown>>): Metadata {
  const slot = { size: 1, checksum: '', operations: 'tar' }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  return checkMetadata({
    format: 'PSPF/2025',
    package: { name: 'app', version: '1.2' },
    slots: [
      { ...slot, slot: 0, id: 'root', target: '{workenv}' },
      { ...slot, slot: 1, id: 'data', target: 'data' },
    ],
    execution: { command: 'x' },
    ...Object.fromEntries(given),
  })
}
