import { posix, win32 } from 'node:path'
import type { Machine } from './machine.ts'

export type RungName = 'FLAVOR_CACHE' | 'cache' | 'runtime' | 'temporary' | 'memory'

/** A directory that may become the base of the cache. */
export interface Rung {
  readonly name: RungName
  readonly path: string
  /** Where everybody may make directories, only one of mode 0700 is ours (workenv §1.2). */
  readonly isPrivate: boolean
}

/** workenv §1.1: the bases to try, in this order. Says nothing about what is there. */
export function cacheRungs(machine: Machine): Rung[] {
  const { environment, platform, uid, isPrivileged } = machine
  const { resolve, join } = platform === 'win32' ? win32 : posix
  const rungs: Rung[] = []
  const explicit = environment.FLAVOR_CACHE
  if (!isPrivileged && explicit !== undefined && explicit !== '') {
    rungs.push(rung('FLAVOR_CACHE', resolve(machine.workingDirectory, explicit)))
  }
  const cache = cacheDirectory(machine)
  if (cache !== undefined) rungs.push(rung('cache', join(cache, 'flavor')))
  if (platform === 'win32') {
    const temp = absolute(environment.TEMP, platform)
    return temp === undefined ? rungs : [...rungs, rung('temporary', join(temp, 'flavor'))]
  }
  const runtime = absolute(environment.XDG_RUNTIME_DIR, platform)
  if (runtime !== undefined) rungs.push(rung('runtime', join(runtime, 'flavor')))
  for (const directory of ['/var/tmp', '/tmp']) rungs.push(rung('temporary', `${directory}/flavor-${uid}`))
  if (platform === 'linux') rungs.push(rung('memory', `/dev/shm/flavor-${uid}`))
  return rungs
}

function rung(name: RungName, path: string): Rung {
  return { name, path, isPrivate: name !== 'FLAVOR_CACHE' && name !== 'cache' }
}

function cacheDirectory({ environment, platform }: Machine): string | undefined {
  if (platform === 'win32') return absolute(environment.LOCALAPPDATA, platform)
  const home = absolute(environment.HOME, platform)
  if (platform === 'darwin') return home === undefined ? undefined : posix.join(home, 'Library/Caches')
  const configured = absolute(environment.XDG_CACHE_HOME, platform)
  return configured ?? (home === undefined ? undefined : posix.join(home, '.cache'))
}

/** A relative path in a variable counts as none, as XDG demands: it would mean another place in each working directory. */
export function absolute(path: string | undefined, platform: NodeJS.Platform): string | undefined {
  const { isAbsolute } = platform === 'win32' ? win32 : posix
  return path !== undefined && isAbsolute(path) ? path : undefined
}
