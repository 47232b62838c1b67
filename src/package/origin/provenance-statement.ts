import * as v from 'valibot'
import { formError } from './dsse-envelope.ts'

/** Names of formats, not places: nothing is fetched from them. */
export const STATEMENT_FORMAT = 'https://in-toto.io/Statement/v1'
export const PREDICATE_FORMAT = 'https://slsa.dev/provenance/v1'
/** What the parameters of a build mean (docs/provenance.md). */
export const BUILD_TYPE = 'urn:flavor:pack:1'
export const BUILDER = 'urn:flavor:builder'

const text = v.string()
const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'))

const SubjectSchema = v.object({ name: text, digest: v.strictObject({ sha256 }) })

/** SLSA provenance v1, `externalParameters`: what whoever packed has asked for, as far as it is the same on every machine. */
export const ParametersSchema = v.strictObject({
  /** Name of the manifest, without its directory. */
  manifest: text,
  profile: v.picklist(['default', 'portable']),
  effort: v.picklist(['fast', 'default', 'release']),
  /** `file`: one that was named by its path. */
  launcher: v.picklist(['native', 'node', 'file']),
  /** `linux_amd64`; absent: that of the machine that packed. */
  platform: v.optional(text),
  /** `uv:3.12`, `none`, or `vendored` for one that was named by its path; absent: as the manifest says. */
  python: v.optional(text),
  sbom: v.boolean(),
  /** Seconds since 1970; absent where none was asked for. */
  sourceDateEpoch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})

/** SLSA provenance v1, `ResourceDescriptor`, as far as we write it. */
const InputSchema = v.object({
  name: v.optional(text),
  uri: v.optional(text),
  digest: v.optional(v.record(text, text)),
  annotations: v.optional(v.record(text, v.union([text, v.boolean(), v.number()]))),
})

const PredicateSchema = v.object({
  buildDefinition: v.object({
    buildType: v.literal(BUILD_TYPE),
    externalParameters: ParametersSchema,
    resolvedDependencies: v.array(InputSchema),
  }),
  runDetails: v.object({
    builder: v.object({ id: v.literal(BUILDER), version: v.record(text, text) }),
  }),
})

const StatementSchema = v.object({
  _type: v.literal(STATEMENT_FORMAT),
  subject: v.array(SubjectSchema),
  predicateType: v.literal(PREDICATE_FORMAT),
  predicate: PredicateSchema,
})

export type Statement = v.InferOutput<typeof StatementSchema>
export type Subject = v.InferOutput<typeof SubjectSchema>
export type Predicate = v.InferOutput<typeof PredicateSchema>
export type BuildParameters = v.InferOutput<typeof ParametersSchema>
export type BuildInput = v.InferOutput<typeof InputSchema>

/** The bytes that are signed. Same statement, same bytes: keys stay in the order in which they were made. */
export function encodeStatement(subject: readonly Subject[], predicate: Predicate): Uint8Array {
  const statement: Statement = {
    _type: STATEMENT_FORMAT,
    subject: [...subject],
    predicateType: PREDICATE_FORMAT,
    predicate,
  }
  return Buffer.from(JSON.stringify(statement))
}

/**
 * Spec §5.8: an in-toto Statement v1 about a build of ours.
 * @param where names the statement in an error
 * @throws OriginError PROVENANCE_FORM
 */
export function parseStatement(bytes: Uint8Array, where: string): Statement {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw formError(where, 'the statement', 'no JSON', 'an in-toto statement', cause)
  }
  const result = v.safeParse(StatementSchema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  throw formError(where, v.getDotPath(issue) ?? 'the statement', issue.received, issue.expected ?? issue.message)
}

/** The state of the repository that the sources came from; undefined where they were in none. */
export function revisionOf({ predicate }: Statement): { commit: string; isDirty: boolean } | undefined {
  const found = predicate.buildDefinition.resolvedDependencies.find(({ digest }) => digest?.gitCommit !== undefined)
  const commit = found?.digest?.gitCommit
  return commit === undefined ? undefined : { commit, isDirty: found?.annotations?.dirty === true }
}
