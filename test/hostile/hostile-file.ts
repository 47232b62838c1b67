import type { AbsentLauncher } from '../../scripts/vectors/assembler.ts'
import { type HostileHooks, hostile } from '../../scripts/vectors/hostile-package.ts'
import type { Level } from '../../scripts/vectors/vector.ts'

/** A package that every reader refuses with one code. */
export interface HostileFile {
  readonly name: string
  readonly spec: string
  readonly error: string
  /** The step of spec §9.1 that refuses. */
  readonly level: Level
  /** All of the file but the launcher that stands in front of it. */
  readonly behind: (launcher: AbsentLauncher) => Uint8Array
}

/** What `make` needs to know of a file beside its bytes. */
export interface Rule {
  readonly error: string
  readonly spec: string
  readonly level: Level
}

/** A package of the vectors' assembler that breaks `rule` and no other one. */
export function hostileFile(name: string, rule: Rule, hooks: HostileHooks): HostileFile {
  const { behind } = hostile('hostile', rule.level)('file', rule.error, rule.spec, name, hooks)
  if (behind === undefined) throw new Error(`${name} cannot be put behind a launcher`)
  return { name, ...rule, behind }
}
