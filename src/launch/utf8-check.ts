import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import type { Log } from '../workenv/log.ts'
import { LaunchError } from './launch-error.ts'

/** What Node puts where bytes are no UTF-8. */
const REPLACEMENT = '\ufffd'

/**
 * Node decodes arguments and variables as UTF-8 and cannot pass other bytes on. A program would then work on another file than the
 * user named, so such an argument is refused (docs/launchers.md). Where /proc does not tell the bytes, the sign itself is believed.
 * @throws LaunchError PROGRAM_ARGUMENTS
 */
export function refuseLostArguments(args: readonly string[], source = '/proc/self/cmdline'): void {
  const at = args.findIndex(text => text.includes(REPLACEMENT))
  if (at < 0 || !holdsOtherBytes(source)) return
  const message = `argument ${at + 1} is not UTF-8, and the Node launcher cannot pass it on (docs/launchers.md)`
  const hint = 'rename the file, or pass another path to it'
  throw new LaunchError('PROGRAM_ARGUMENTS', message, { field: `argument ${at + 1}` }, { hint })
}

/** A variable is rarely the one that matters: it is told by its name, and the program runs. */
export function tellLostVariables(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
  source = '/proc/self/environ',
): void {
  const names = Object.keys(environment).filter(name => environment[name]?.includes(REPLACEMENT))
  if (names.length === 0 || !holdsOtherBytes(source)) return
  log('warn', `not UTF-8, and changed by the Node launcher (docs/launchers.md): ${names.join(', ')}`)
}

function holdsOtherBytes(source: string): boolean {
  try {
    return !isUtf8(readFileSync(source))
  } catch {
    return false
  }
}
