import type { PackageSlot } from '../package/package-slot.ts'
import type { OnBytes } from '../package/slot-stream.ts'
import type { OnProgress } from '../package/verify.ts'

/** Counts the stored bytes of several slots as one piece of work. */
export function unpackProgress(onProgress: OnProgress | undefined, slots: readonly PackageSlot[]): OnBytes | undefined {
  if (onProgress === undefined) return undefined
  const total = slots.reduce((sum, slot) => sum + Number(slot.descriptor.size), 0)
  let done = 0
  return count => {
    done += count
    onProgress({ step: 'unpacking', done, total })
  }
}
