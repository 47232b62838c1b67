import { reportBases } from '../../workenv/cache-contents.ts'
import { thisMachine } from '../../workenv/machine.ts'
import type { Io } from '../ui/io.ts'
import { plainText } from '../ui/plain-text.ts'

/** Says which directories are not looked at (workenv §1.2): an empty list would otherwise look like an empty cache. */
export function warnOfRefusedBases(io: Io): void {
  for (const { path, state, reason = '' } of reportBases(thisMachine(io.environment))) {
    if (state === 'refused') io.warn(`${plainText(path)} is not looked at: ${plainText(reason)}`)
  }
}
