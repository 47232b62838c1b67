import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Calls that change a file system, as the code under test makes them. */
const CHANGING = [
  'mkdirSync',
  'openSync',
  'writeSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'chmodSync',
  'fchmodSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'utimesSync',
] as const

/**
 * Calls `act` before the call number `at` (from 1) that changes a file system below `below`; counts them all. The names of the calls
 * are bound anew in every module, so that the code under test needs no hook.
 */
export function failPoint(below: string, at: number, act: (name: string) => void) {
  const originals = new Map(CHANGING.map(name => [name, fs[name]] as const))
  const state = { calls: 0 }
  const opened = new Set<number>()
  for (const name of CHANGING) {
    const original = originals.get(name) as unknown as (...args: unknown[]) => unknown
    const wrapped = (...args: unknown[]) => {
      const isWatched = concerns(args, below, opened) && !(name === 'openSync' && isReading(args[1]))
      if (isWatched) {
        state.calls++
        if (state.calls === at) act(name)
      }
      const result = original(...args)
      if (isWatched && name === 'openSync') opened.add(result as number)
      return result
    }
    Object.assign(fs, { [name]: wrapped })
  }
  syncBuiltinESMExports()
  return {
    get calls() {
      return state.calls
    },
    restore() {
      for (const [name, original] of originals) Object.assign(fs, { [name]: original })
      syncBuiltinESMExports()
    },
  }
}

function concerns(args: readonly unknown[], below: string, opened: ReadonlySet<number>): boolean {
  return args.some(arg =>
    typeof arg === 'number' ? arg === args[0] && opened.has(arg) : typeof arg === 'string' && arg.startsWith(below),
  )
}

function isReading(flags: unknown): boolean {
  if (flags === undefined || flags === 'r') return true
  return (
    typeof flags === 'number' && (flags & (fs.constants.O_CREAT | fs.constants.O_WRONLY | fs.constants.O_RDWR)) === 0
  )
}

/** An error as the system gives it. */
export function systemError(code: string, syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall, errno: -1 })
}
