import type { Metadata } from '../format/metadata.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import type { SlotRole, WorkenvPlan } from './workenv-plan.ts'

/** What only a work environment has: its place, and those of slots. */
const PLACES = /\{workenv\}|\{slot:|\{primary\}/g

/** What the rule asks of the only slot. */
export interface OnlySlot {
  readonly isTree: boolean
  readonly role: SlotRole
  readonly target: string
  readonly permissions: number
}

/** workenv §1.4: the slot that is the program, where the package is nothing else. */
export function singleProgram(pkg: PackageFile, plan: WorkenvPlan): PackageSlot | undefined {
  const [slot, ...others] = pkg.slots
  if (slot === undefined || others.length > 0) return undefined
  const { isTree, target } = slot
  const only = { isTree, target, role: plan.roles[0] ?? 'none', permissions: slot.descriptor.permissions }
  return isSingleProgram(pkg.metadata, only, plan.executable) ? slot : undefined
}

export function isSingleProgram(
  { derived, setup_commands: setup, workenv, execution }: Metadata,
  slot: OnlySlot,
  executable: string | undefined,
): boolean {
  const isExecutable = slot.target === executable && (slot.permissions & 0o100) !== 0
  const isProgram = !slot.isTree && slot.role === 'own' && isExecutable && execution.argv0 === 'invoked'
  const isAlone = [derived, setup ?? [], workenv?.directories ?? [], Object.keys(execution.commands)].every(isEmpty)
  // The first word of a command is the program itself, which may be named by its place.
  const isFree = execution.argv?.slice(1).every(namesNothing) ?? named(execution.command) <= 1
  const values = [workenv?.env, execution.env, execution.environment].flatMap(pairs => Object.values(pairs ?? {}))
  return isProgram && isAlone && isFree && values.every(namesNothing)
}

function isEmpty(list: readonly unknown[]): boolean {
  return list.length === 0
}

function namesNothing(text: string): boolean {
  return named(text) === 0
}

function named(text: string): number {
  return text.match(PLACES)?.length ?? 0
}
