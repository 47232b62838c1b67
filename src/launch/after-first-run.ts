import { resolve } from 'node:path'
import type { Housekeeping } from '../workenv/housekeeping.ts'
import { thisMachine } from '../workenv/machine.ts'
import type { Workenv } from '../workenv/workenv.ts'
import type { LaunchOptions } from './prepare-launch.ts'

/** Starts its arguments as a process that nobody waits for, with the least priority where there is `nice`. */
const BEGIN = 'if command -v nice >/dev/null; then nice -n 19 "$0" "$@" & else "$0" "$@" & fi'
const SHELL = '/bin/sh'

/**
 * workenv §10.5: beside the program; where that cannot be, what some milliseconds are enough for. Node can neither fork nor leave a child
 * that would not be the program's, so the launcher starts itself again through a shell, which ends at once.
 */
export async function keepHouse(workenv: Workenv, options: LaunchOptions): Promise<void> {
  const house = await housekeeping(workenv, options)
  if (house === undefined) return
  if (!(await isBegun(options))) house.runInLine()
}

/** All of it, while whoever asked waits. Returns the paths that were removed. */
export async function cleanAfter(workenv: Workenv, options: LaunchOptions): Promise<string[]> {
  return (await housekeeping(workenv, options))?.run() ?? []
}

async function housekeeping(workenv: Workenv, options: LaunchOptions): Promise<Housekeeping | undefined> {
  const { Housekeeping } = await import('../workenv/housekeeping.ts')
  return await Housekeeping.after(workenv, thisMachine(options.environment), options.log)
}

/** In a session of its own, in the root directory and with nothing open: it holds neither the terminal nor a pipe. */
async function isBegun({ cleaner, environment }: LaunchOptions): Promise<boolean> {
  const [program, ...args] = cleaner?.argv ?? []
  // The first process of a container is given every orphan, and may not expect any; a shell drops rights that it was given.
  if (program === undefined || process.pid === 1 || thisMachine(environment).isPrivileged) return false
  const { spawn, spawnSync } = await import('node:child_process')
  const places = environment.FLAVOR_CACHE ? { FLAVOR_CACHE: resolve(environment.FLAVOR_CACHE) } : {}
  const env = { ...environment, ...places, ...cleaner?.variables, FLAVOR_LOG_LEVEL: 'off' }
  if (process.platform === 'win32') {
    const child = spawn(program, args, { env, detached: true, stdio: 'ignore', windowsHide: true })
    child.once('error', () => undefined).unref()
    return true
  }
  // Not in its types: the same option as that of `spawn`, a session of its own.
  const detached = { detached: true }
  const { status } = spawnSync(SHELL, ['-c', BEGIN, program, ...args], { env, cwd: '/', stdio: 'ignore', ...detached })
  return status === 0
}
