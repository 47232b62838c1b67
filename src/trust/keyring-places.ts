import { posix, win32 } from 'node:path'
import { absolute } from '../workenv/ladder.ts'
import type { Machine } from '../workenv/machine.ts'

/** A directory that may hold a keyring (trust §2.1). */
export interface KeyringPlace {
  readonly keyring: 'system' | 'user'
  readonly path: string
  /** Who may own what is in it (trust §2.5); undefined where files have no owner of this kind. */
  readonly owners: readonly number[] | undefined
}

/** trust §2.1: the keyrings of this machine, whether they are there or not. With more rights than its caller has: the system's alone. */
export function keyringPlaces(machine: Machine): KeyringPlace[] {
  const { uid, platform } = machine
  const { join } = platform === 'win32' ? win32 : posix
  const [system, user] = [systemDirectory(machine), machine.isPrivileged ? undefined : configDirectory(machine)]
  const owners = uid === undefined ? undefined : [0]
  const places: KeyringPlace[] = []
  if (system !== undefined) places.push({ keyring: 'system', path: join(system, 'flavor', 'trust'), owners })
  const own = uid === undefined ? undefined : [...new Set([0, uid])]
  if (user !== undefined) places.push({ keyring: 'user', path: join(user, 'flavor', 'trust'), owners: own })
  return places
}

function systemDirectory({ environment, platform }: Machine): string | undefined {
  if (platform === 'win32') return absolute(environment.ProgramData ?? environment.PROGRAMDATA, platform)
  return platform === 'darwin' ? '/Library/Application Support' : '/etc'
}

function configDirectory({ environment, platform }: Machine): string | undefined {
  if (platform === 'win32') return absolute(environment.APPDATA, platform)
  const home = absolute(environment.HOME, platform)
  if (platform === 'darwin') return home === undefined ? undefined : posix.join(home, 'Library/Application Support')
  return (
    absolute(environment.XDG_CONFIG_HOME, platform) ?? (home === undefined ? undefined : posix.join(home, '.config'))
  )
}
