import type { DamagedPlace } from '../../workenv/entry-check.ts'
import type { Io } from '../ui/io.ts'
import { plainText } from '../ui/plain-text.ts'

/** How many places are shown; --json has them all. */
const SHOWN = 10

/** The damage of one work environment, indented below its line. */
export function damageLines(damage: readonly DamagedPlace[]): string {
  const lines = damage.slice(0, SHOWN).map(({ path, kind, source }) => {
    const made = source === 'setup' ? ', made by setup commands' : ''
    return `  ${plainText(path)}: ${KINDS[kind]}${made}\n`
  })
  const rest = damage.length - lines.length
  return `${lines.join('')}${rest > 0 ? `  and ${rest} more, which --json lists\n` : ''}`
}

const KINDS: Readonly<Record<DamagedPlace['kind'], string>> = {
  missing: 'is missing',
  type: 'is of another type',
  mode: 'has another mode',
  size: 'has another size',
  content: 'has another content',
}

/** What --json says about each place. */
export const DAMAGE_FIELDS = {
  path: 'absolute path of an entry that is not as it was made',
  kind: 'missing, type, mode, size or content',
  source: 'where it came from: package, or setup for what setup commands made',
} as const

/** Names each one on a terminal while it is looked at. Elsewhere the lines of the result say all of it. */
export function showEntries(io: Io): (entry: { readonly id: string }) => void {
  const progress = io.terminal.stderr.isTTY ? io.progress() : undefined
  return ({ id }) => {
    io.terminal.interruption.check()
    progress?.onProgress({ step: `checking ${id}`, done: 0, total: 0 })
  }
}
