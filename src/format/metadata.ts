import * as v from 'valibot'
import { FormatError } from './format-error.ts'
import { MAX_SLOTS } from './limits.ts'
import { parseMetadataJson } from './metadata-json.ts'

/** Spec §5.3: the signed JSON. Unknown keys are allowed and ignored; known keys must have the right type. */

/** An array is an object too, to JavaScript and to readers that fill structures by position; here it never is. */
function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.custom<v.InferInput<v.ObjectSchema<Entries, undefined>>>(isObject, 'an object'), v.object(entries))
}

function record<Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>, Value extends v.GenericSchema>(
  key: Key,
  value: Value,
) {
  return v.pipe(
    v.custom<v.InferInput<v.RecordSchema<Key, Value, undefined>>>(isObject, 'an object'),
    v.record(key, value),
  )
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const text = v.pipe(
  v.string(),
  v.check(value => !value.includes('\0'), 'a string without NUL'),
)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const octal = v.pipe(v.string(), v.regex(/^[0-7]{1,4}$/, 'an octal mode such as "0644"'))
const sha256 = v.pipe(v.string(), v.regex(/^(?:sha256:){0,2}[0-9a-f]{64}$/, '"sha256:" and 64 lower-case hex digits'))
const ownSha256 = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, '"sha256:" and 64 lower-case hex digits'))
/** An entry of the environment is `NAME=value`: with `=` in the name it would set another variable than it names. */
const variable = v.pipe(text, v.regex(/^[^=]+$/, 'a name of a variable, without "="'))
const environment = record(variable, text)
/** Spec §4.7. What the rest may be is judged when a key is asked for. */
export const KEY_SOURCE = /^(?:env|file|command):[\s\S]/
export const KEY_SOURCE_FORM = 'env:NAME, file:PATH or command:PROGRAM'
const argv = v.pipe(v.array(text), v.minLength(1))

export const SlotMetadataSchema = object({
  slot: count,
  id: v.pipe(text, v.minLength(1)),
  source: v.optional(text, ''),
  target: text,
  /** Stored bytes. */
  size: count,
  /** Bytes of the decoded stream. Absent in foreign packages. */
  original_size: v.optional(count),
  /** SHA-256 of the stored bytes. */
  checksum: v.union([sha256, v.literal('')]),
  operations: text,
  purpose: v.optional(text, 'data'),
  lifecycle: v.optional(text, 'runtime'),
  resolution: v.optional(text),
  permissions: v.nullish(octal),
  self_ref: v.optional(v.boolean(), false),
  /** Unpacks once for all packages into the shared slots of the cache (spec §6.4). */
  share: v.optional(v.boolean(), false),
  /** SHA-256 of the canonical listing of what the slot unpacks to (spec §6.3). */
  tree: v.optional(ownSha256),
  /** Regular files and hard links that the slot unpacks to. */
  files: v.optional(count),
  /** Sum of their sizes in bytes. */
  bytes: v.optional(count),
  platform: v.optional(v.picklist(['any', 'linux', 'macos', 'windows'])),
  /** Spec §4.7: where the key of an encrypted slot comes from. */
  key_source: v.optional(v.pipe(text, v.regex(KEY_SOURCE, KEY_SOURCE_FORM))),
})

/** Spec §8.1: how one command of the package is started. */
const CommandSchema = object({
  argv,
  argv0: v.optional(v.picklist(['invoked', 'program']), 'invoked'),
})

const ExecutionSchema = object({
  primary_slot: v.optional(count, 0),
  /** The string form, for readers that know no `argv` (spec §5.6). */
  command: text,
  argv: v.optional(argv),
  argv0: v.optional(v.picklist(['invoked', 'program']), 'invoked'),
  /** The commands that FLAVOR_COMMAND or the name of a link chooses from, the default one included (spec §8.1). */
  commands: v.optional(record(v.pipe(text, v.minLength(1)), CommandSchema), {}),
  env: v.nullish(environment),
  environment: v.nullish(environment),
})

/** Spec §7.2: what happens to the inherited environment, in this order. */
export const RuntimeEnvSchema = object({
  pass: v.optional(v.array(text), []),
  unset: v.optional(v.array(text), []),
  map: v.optional(record(variable, variable), {}),
  set: v.optional(environment, {}),
})

/** Spec §7.5: the four kinds of setup command, and the plain string that only one reference reads. */
export const SetupCommandSchema = v.union([
  text,
  object({ type: v.literal('execute'), command: text }),
  object({
    type: v.literal('enumerate_and_execute'),
    command: text,
    enumerate: object({ path: text, pattern: text }),
  }),
  object({ type: v.literal('write_file'), path: text, content: text, mode: v.optional(v.union([octal, count])) }),
  object({ type: v.literal('chmod'), path: text, mode: v.optional(octal, '700') }),
])

/** Spec §6.5: a file that needs the final path of the work environment; rendered at publish, rendered again by a check. */
const DerivedFileSchema = object({
  path: v.pipe(text, v.minLength(1)),
  template: v.string(),
  mode: octal,
})

const PlatformSchema = object({
  os: v.picklist(['linux', 'darwin', 'windows']),
  arch: v.picklist(['amd64', 'arm64']),
  libc: v.optional(v.picklist(['glibc', 'musl'])),
  /** The oldest version of that libc with which every binary of the package loads, such as "2.36". */
  libc_version: v.optional(v.pipe(text, v.regex(/^[0-9]+\.[0-9]+$/, 'a version such as "2.36"'))),
})

export const MetadataSchema = object({
  format: v.literal('PSPF/2025'),
  format_version: v.optional(text, ''),
  package: object({
    name: v.pipe(text, v.minLength(1)),
    version: text,
    description: v.optional(text, ''),
  }),
  slots: v.pipe(v.array(SlotMetadataSchema), v.maxLength(MAX_SLOTS)),
  execution: ExecutionSchema,
  derived: v.optional(v.array(DerivedFileSchema), []),
  runtime: v.nullish(object({ env: v.nullish(RuntimeEnvSchema) })),
  workenv: v.nullish(
    object({
      directories: v.nullish(v.array(object({ path: text, mode: v.nullish(octal) }))),
      env: v.nullish(environment),
      umask: v.nullish(octal),
    }),
  ),
  setup_commands: v.nullish(v.array(SetupCommandSchema)),
  cache_validation: v.nullish(object({ check_file: text, expected_content: text })),
  verification: v.nullish(
    object({
      signed: v.optional(v.boolean()),
      /** The lowest FLAVOR_VALIDATION that a launcher honours (spec §9.1). Absent: standard. */
      minimum_level: v.optional(v.picklist(['strict', 'standard', 'relaxed', 'minimal', 'none'])),
    }),
  ),
  build: v.nullish(
    object({
      tool: v.optional(text),
      tool_version: v.optional(text),
      timestamp: v.optional(text),
      deterministic: v.optional(v.boolean()),
    }),
  ),
  launcher: v.nullish(
    object({
      tool: v.optional(text),
      tool_version: v.optional(text),
      size: v.optional(count),
      checksum: v.optional(sha256),
    }),
  ),
  /** Where the package runs. Absent: everywhere that its launcher does. */
  platforms: v.optional(v.array(PlatformSchema)),
  /** Spec §1.3: first 16 hex digits of SHA-256 of the public key. */
  key_id: v.optional(v.pipe(text, v.regex(/^[0-9a-f]{16}$/, '16 lower-case hex digits'))),
  /** The key was made for this build and then thrown away. */
  ephemeral: v.optional(v.boolean(), false),
  /** The key was derived from a text: it is for tests, and as weak as the text. */
  test_key: v.optional(v.boolean(), false),
  /** Seconds since 1970 from which on the package counts no more (trust §8). */
  expires: v.optional(count),
  /** Statements by which keys before that of the package gave way to it, one line each (trust §6). */
  rotations: v.optional(v.array(text)),
  /** Slot ids of the bill of materials and of the provenance statement. */
  sbom: v.optional(text),
  provenance: v.optional(text),
})

export type Metadata = v.InferOutput<typeof MetadataSchema>
/** What a writer passes: keys with defaults may be left out. */
export type MetadataInput = v.InferInput<typeof MetadataSchema>
export type SlotMetadata = v.InferOutput<typeof SlotMetadataSchema>
export type SetupCommand = v.InferOutput<typeof SetupCommandSchema>
export type RuntimeEnv = v.InferOutput<typeof RuntimeEnvSchema>
export type DerivedFile = v.InferOutput<typeof DerivedFileSchema>
export type PackagePlatform = v.InferOutput<typeof PlatformSchema>
export type Command = v.InferOutput<typeof CommandSchema>

/**
 * Spec §5.2 and §5.3: the inflated metadata as a value.
 * @throws FormatError the codes of `parseMetadataJson`, and METADATA_SCHEMA with the path of the first wrong field
 */
export function parseMetadata(bytes: Uint8Array): Metadata {
  return checkMetadata(parseMetadataJson(bytes))
}

/** Spec §5.3: checks a value that is already parsed. */
export function checkMetadata(value: unknown): Metadata {
  const result = v.safeParse(MetadataSchema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  const field = v.getDotPath(issue) ?? '(the whole)'
  const want = issue.type === 'custom' ? issue.message : (issue.expected ?? issue.message)
  const message = `metadata: ${field} is ${issue.received}, expected ${want} (spec §5.3)`
  throw new FormatError('METADATA_SCHEMA', message, { field, got: issue.received, want })
}

/** The digits of a checksum, without the prefix (which the reference's Python builder doubles). */
export function checksumHex(checksum: string): string {
  return checksum.slice(checksum.lastIndexOf(':') + 1)
}

/** Spec §5.3: our own packages are held to rules that the reference builders break. */
export function isOwnPackage(metadata: Metadata): boolean {
  return metadata.build?.tool === 'flavor'
}
