import * as v from 'valibot'

const text = v.string()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/))

/** What is known of an installed distribution, beside its files. */
const DistributionSchema = v.strictObject({
  name: text,
  version: text,
  licence: v.optional(text),
  /** Names of distributions that it needs, normalised. */
  requires: v.array(text),
  /** Of the file that it was installed from; absent where that is not known, and for what was built here. */
  sha256: v.optional(sha256),
})

const derived = v.array(v.strictObject({ path: text, template: text, mode: text }))

/** What a cached tree must still have, or it is made again. */
const measure = { entries: count, bytes: count }

/** What is known of the installed packages of others, beside their files. */
export const PackagesRecordSchema = v.strictObject({
  derived,
  distributions: v.array(DistributionSchema),
  /** Whether they serve one minor version of Python, one ABI and one platform only. */
  isBound: v.boolean(),
  /** The oldest glibc that their binaries load with. */
  glibc: v.optional(text),
  /** Roots of trust, relative to the work environment. */
  roots: text,
  hasZones: v.boolean(),
  ...measure,
})

/** What is known of the user's own installed projects, beside their files. */
export const AppRecordSchema = v.strictObject({
  version: text,
  /** Name of the entry with the packages of others. */
  packages: text,
  derived,
  /** The user's own projects. */
  distributions: v.array(DistributionSchema),
  glibc: v.optional(text),
  /** Shared libraries that binaries of both need and that a bare machine lacks. */
  libraries: v.array(text),
  ...measure,
})

export type PackagesRecord = v.InferOutput<typeof PackagesRecordSchema>
export type DistributionRecord = v.InferOutput<typeof DistributionSchema>
export type AppRecord = v.InferOutput<typeof AppRecordSchema>
