import type { WorkenvInfo } from '../../workenv/list-workenvs.ts'
import type { Removal } from '../../workenv/removal.ts'
import type { StringFlag } from '../verb.ts'

/** How one is called. */
export const ID_ARGUMENT = { description: 'its id, the beginning of it, or the name of the package' } as const

/** A package in place of the one that a work environment says it came from. */
export const PACKAGE_FLAG = { type: 'string', placeholder: 'FILE', completion: 'file' } as const satisfies Omit<
  StringFlag,
  'description'
>

/** A work environment as --json shows it. */
export const WORKENV_FIELDS = {
  kind: 'workenv, or "reference workenv" for one that a launcher of the reference implementations made',
  id: 'its key; a beginning that fits no other names it too',
  name: 'name of the package',
  version: 'version of the package; empty where nothing says it',
  content_hash: 'SHA-256 of the signed metadata; empty where nothing says it',
  path: 'where it is: {workenv}',
  base: 'the cache directory that it is in',
  package: 'where the package lay when it was unpacked; empty where nothing says it',
  state: 'ready, damaged (its seal is), or unfinished (a reference launcher did not end)',
  last_use: 'time of the last use, ISO 8601',
  in_use: 'why it counts as in use now, or null',
  'in_use_by[].pid': 'id of a process that is known to use it',
  'in_use_by[].program': 'name of its program',
  bytes: 'its own bytes, without shared slots',
  files: 'its own files',
  shares: 'tree hashes of the shared slots that it links to',
  lazy: 'tree hashes of its lazy slots, whether a program has asked for them or not',
} as const

export function workenvObject(info: WorkenvInfo) {
  const { content, lastUse, inUse, users, ...rest } = info
  const use = { in_use: inUse ?? null, in_use_by: users }
  return { ...rest, content_hash: content, last_use: lastUse.toISOString(), ...use }
}

/** A work environment that was checked or repaired, as --json shows it. */
export const SELECTED_FIELDS = {
  id: 'its key',
  name: 'name of the package',
  version: 'version of the package',
  path: 'where it is: {workenv}',
  package: 'the package that it was compared with, or null',
  reason: 'why it is not compared, damaged as a whole or not repaired, or null',
} as const

/** What was removed, as --json shows it. */
export const REMOVAL_FIELDS = {
  kind: 'workenv, reference workenv, shared slot, or leftover of a process that died',
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
