import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'smol-toml'
import * as v from 'valibot'
import { BuilderError } from '../builder-error.ts'

export const LOCK_NAME = 'flavor.lock'
const VERSION = 1

const text = v.string()
const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/))

const LockedInterpreterSchema = v.strictObject({
  /** `linux_amd64`: one entry for each platform that somebody has packed on. */
  platform: text,
  provider: v.picklist(['uv', 'vendored']),
  version: text,
  /** False where it installed the packages, and the user's own runs the program. */
  ships: v.optional(v.literal(false)),
  sha256,
  libraries: v.optional(v.record(text, sha256), {}),
})

const ResolutionSchema = v.strictObject({
  /** `build` is there once for each set of build requirements; `extra` only beside a uv.lock, which then is the `project`. */
  purpose: v.picklist(['project', 'extra', 'build', 'support']),
  /** What was asked for, sorted. */
  inputs: v.array(text),
  /** Projects of the user's own that belong to it, relative to the manifest. */
  directories: v.optional(v.array(text), []),
  packages: v.array(v.strictObject({ requirement: text, hashes: v.array(text) })),
})

const LockSchema = v.strictObject({
  version: v.literal(VERSION),
  /** The minor version of Python that everything was resolved for. */
  python: v.pipe(text, v.regex(/^\d+\.\d+$/)),
  uv: text,
  interpreters: v.array(LockedInterpreterSchema),
  resolutions: v.array(ResolutionSchema),
})

/** What a package is made from, beside the project's own files. */
export type LockFile = v.InferOutput<typeof LockSchema>
export type LockEntry = LockFile['interpreters'][number]
export type LockedResolution = LockFile['resolutions'][number]

const HEADER = `# What this project is packed with: interpreter, tools, and the hash of every package. Commit this file.
# Later packs use exactly these; \`flavor pack --update-lock\` chooses anew.
`

/**
 * Reads flavor.lock beside a manifest; undefined where there is none.
 * @throws BuilderError LOCK_INVALID
 */
export function readLock(directory: string): LockFile | undefined {
  const path = join(directory, LOCK_NAME)
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw invalid(path, 'cannot be read', cause)
  }
  let value: unknown
  try {
    value = parse(content)
  } catch (cause) {
    throw invalid(path, 'is not TOML', cause)
  }
  const result = v.safeParse(LockSchema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  throw invalid(
    path,
    `${v.getDotPath(issue) ?? 'the whole'} is ${issue.received}, expected ${issue.expected}`,
    undefined,
  )
}

/** Same lock, same bytes. */
export function formatLock(lock: LockFile): string {
  // One element a line, so that a change shows as what it is.
  const lines = stringify(lock).replace(/^(\w+) = \[ (".*") \]$/gm, (_, key: string, elements: string) => {
    return `${key} = [\n  ${elements.replaceAll('", "', '",\n  "')},\n]`
  })
  return `${HEADER}\n${lines}`
}

/**
 * Writes flavor.lock; a reader sees the former one or this one, never a part.
 * @throws BuilderError LOCK_WRITE
 */
export function writeLock(directory: string, lock: LockFile): void {
  const path = join(directory, LOCK_NAME)
  const staging = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(staging, formatLock(lock))
    renameSync(staging, path)
  } catch (cause) {
    rmSync(staging, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    const hint = 'make the directory writable once, and commit the lock file'
    throw new BuilderError('LOCK_WRITE', `${path}: cannot be written: ${reason}`, { file: path }, { cause, hint })
  }
}

function invalid(path: string, fault: string, cause: unknown): BuilderError {
  const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : ''
  const hint = 'restore it from version control, or make a new one with --update-lock'
  return new BuilderError('LOCK_INVALID', `${path}: ${fault}${reason}`, { file: path }, { cause, hint })
}
