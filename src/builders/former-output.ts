import { dirname } from 'node:path'
import type { PlannedSlot } from '../package/package-plan.ts'
import type { TreeEntry } from '../package/tree-entry.ts'

/**
 * A slot without the packages that packing its project has left in its source, and without the directories that hold nothing else: they
 * would go into the next package, which then is another one each time, and larger.
 * @param outputs absolute paths of packages
 */
export function withoutFormerOutputs(slot: PlannedSlot, outputs: readonly string[]): PlannedSlot {
  if (slot.content.kind !== 'tree') return slot
  const { entries } = slot.content
  const former = entries.filter(entry => outputs.some(output => isFrom(entry, output)))
  if (former.length === 0) return slot
  const kept = entries.filter(entry => !former.includes(entry))
  const above = new Set(former.flatMap(({ path }) => parents(path)))
  const holds = (directory: string) => kept.some(({ path }) => path.startsWith(`${directory}/`) && !above.has(path))
  const emptied = new Set([...above].filter(directory => !holds(directory)))
  const isKept = ({ type, path }: TreeEntry) => type !== 'directory' || !emptied.has(path)
  return { ...slot, content: { ...slot.content, entries: kept.filter(isKept) } }
}

function isFrom(entry: TreeEntry, file: string): boolean {
  return entry.type === 'file' && 'path' in entry.content && entry.content.path === file
}

function parents(path: string): string[] {
  const parent = dirname(path)
  return parent === '.' ? [] : [parent, ...parents(parent)]
}
