import type { DerivedFile, SetupCommand } from '../format/metadata.ts'
import { isArchive, OP_GZIP, OP_TAR, OP_ZSTD, type OperationChain } from '../format/operations.ts'
import { PackageError } from './package-error.ts'
import type { PackagePlan, PlannedSlot } from './package-plan.ts'
import type { TreeEntry } from './tree-entry.ts'

/**
 * Spec §11: the plan in the form that the reference's launchers can run: chains of raw, gzip, tar and tgz, every tree at the root,
 * no shared slots, derived files written by setup commands.
 * @throws PackageError PROFILE_PORTABLE for what has no such form
 */
export function portablePlan(plan: PackagePlan): PackagePlan {
  const { derived, ...rest } = plan
  return {
    ...rest,
    slots: plan.slots.map(portableSlot),
    setupCommands: [...(derived ?? []).flatMap(derivedCommands), ...(plan.setupCommands ?? []).map(portableSetup)],
  }
}

function portableSlot(slot: PlannedSlot, position: number): PlannedSlot {
  if (slot.content.kind === 'self') {
    throw profileError(`slot ${position} (${slot.id})`, 'is $SELF', 'slots with bytes: the reference cannot run it')
  }
  const { share: _, ...rest } = slot
  const operations = portableChain(slot, position)
  if (!isArchive(operations)) return { ...rest, operations }
  if (slot.content.kind !== 'tree') {
    if (isRoot(slot.target)) return { ...rest, operations, target: '{workenv}' }
    throw profileError(`slot ${position} (${slot.id})`, `is an archive for ${slot.target}`, 'the target {workenv}')
  }
  const entries = prefixed(slot.content.entries, relativeTarget(slot.target))
  if (entries.length === 0)
    throw profileError(`slot ${position} (${slot.id})`, 'is empty', 'a tree of at least one entry')
  return { ...rest, operations, target: '{workenv}', content: { kind: 'tree', entries } }
}

function portableChain(slot: PlannedSlot, position: number): OperationChain {
  const chain = slot.operations.map(code => (code === OP_ZSTD && slot.content.kind !== 'encoded' ? OP_GZIP : code))
  const isPortable = chain.every(code => code === OP_TAR || code === OP_GZIP)
  if (isPortable) return chain
  throw profileError(`slot ${position} (${slot.id})`, 'uses an operation of our own', 'raw, gzip, tar or tgz')
}

/** The reference ignores or misreads a tree's target, so the target becomes part of the paths. */
function prefixed(entries: readonly TreeEntry[], target: string): readonly TreeEntry[] {
  if (target === '') return entries
  const moved = entries.map(entry => {
    const path = `${target}/${entry.path}`
    return entry.type === 'hardlink' ? { ...entry, path, target: `${target}/${entry.target}` } : { ...entry, path }
  })
  const parents = target.split('/').map((_, depth, components) => components.slice(0, depth + 1).join('/'))
  return [...parents.map(path => ({ type: 'directory' as const, path, mode: 0o755 })), ...moved]
}

function derivedCommands(file: DerivedFile): SetupCommand[] {
  const path = `{workenv}/${file.path}`
  return [
    { type: 'write_file', path, content: file.template, mode: Number.parseInt(file.mode, 8) },
    { type: 'execute', command: `/bin/chmod ${file.mode} ${path}` },
  ]
}

function portableSetup(command: SetupCommand): SetupCommand {
  if (typeof command === 'string') return { type: 'execute', command }
  if (command.type === 'chmod') return { type: 'execute', command: `/bin/chmod ${command.mode} ${command.path}` }
  return command
}

function relativeTarget(target: string): string {
  return isRoot(target) ? '' : target.replace(/^\{workenv\}\//, '').replace(/\/$/, '')
}

function isRoot(target: string): boolean {
  return target === '{workenv}' || target === '' || target === '.'
}

function profileError(where: string, got: string, want: string): PackageError {
  const message = `${where} ${got}, but the portable profile needs ${want} (spec §11)`
  const hint = 'pack it with the default profile, which our own launchers run'
  return new PackageError('PROFILE_PORTABLE', message, { got, want }, { hint })
}
