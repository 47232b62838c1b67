import { type AbsentLauncher, assemble, type PackageHooks } from './assembler.ts'
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
    const build = (launcher?: AbsentLauncher) => {
      const { file } = assemble(hooks.slots ?? [APP_SLOT], { ...hooks, ...(launcher && { launcher }) })
      return hooks.finish?.(file) ?? file
    }
    const file = { extension: 'psp' as const, bytes: build() }
    return { area, name, comment, spec, kind: 'package', level, file, expect: { error }, behind: build }
  }
}
