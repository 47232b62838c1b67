import type { WorkenvInfo } from '../../workenv/list-workenvs.ts'
import type { Removal } from '../../workenv/remove-workenv.ts'

/** A work environment as --json shows it. */
export const WORKENV_FIELDS = {
  id: 'its key; a beginning that fits no other names it too',
  name: 'name of the package',
  version: 'version of the package',
  content_hash: 'SHA-256 of the signed metadata; empty where the seal is damaged',
  path: 'where it is: {workenv}',
  base: 'the cache directory that it is in',
  package: 'where the package lay when it was unpacked',
  state: 'ready or damaged',
  last_use: 'time of the last use, ISO 8601',
  in_use: 'why it counts as in use now, or null',
  bytes: 'its own bytes, without shared slots',
  files: 'its own files',
  shares: 'tree hashes of the shared slots that it links to',
} as const

export function workenvObject(info: WorkenvInfo) {
  const { content, lastUse, inUse, ...rest } = info
  return { ...rest, content_hash: content, last_use: lastUse.toISOString(), in_use: inUse ?? null }
}

/** What was removed, as --json shows it. */
export const REMOVAL_FIELDS = {
  kind: 'workenv, shared slot, or leftover of a process that died',
  id: 'key, tree hash, or path',
  path: 'where it was',
  bytes: 'what it took',
} as const

export function removalObject({ kind, id, path, bytes }: Removal) {
  return { kind, id, path, bytes }
}

/** The fields below a name of the object, for a verb's table. */
export function fieldsBelow(parent: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [`${parent}.${name}`, text]))
}
