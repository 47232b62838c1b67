import { assemble, type PackageHooks } from './assembler.ts'
import { APP } from './own-packages.ts'
import { type SlotPart, treeSlot } from './slots.ts'
import type { Level, Vector } from './vector.ts'

/** One small tree: what hostile packages are made of where nothing else matters. */
export const APP_SLOT: SlotPart = treeSlot('app', '{workenv}', APP, 'tgz')

export interface HostileHooks extends PackageHooks {
  readonly slots?: readonly SlotPart[]
  /** What is done to the file at the very end, when it may change its length. */
  readonly finish?: (file: Buffer) => Uint8Array
}

/** A package that one step of every reader must refuse with `error`. */
export function hostile(area: string, level: Level) {
  return (name: string, error: string, spec: string, comment: string, hooks: HostileHooks = {}): Vector => {
    const { file } = assemble(hooks.slots ?? [APP_SLOT], hooks)
    const bytes = hooks.finish?.(file) ?? file
    return { area, name, comment, spec, kind: 'package', level, file: { extension: 'psp', bytes }, expect: { error } }
  }
}
