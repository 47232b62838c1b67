import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export type Variables = Readonly<Record<string, string | undefined>>

/** Where the platform keeps a user's settings, with `flavor` below it. Relative paths in variables are ignored, as XDG demands. */
export function configDirectory(environment: Variables, platform: NodeJS.Platform = process.platform): string {
  const home = absolute(environment.HOME) ?? homedir()
  const base =
    platform === 'win32'
      ? (absolute(environment.APPDATA) ?? join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Application Support')
        : (absolute(environment.XDG_CONFIG_HOME) ?? join(home, '.config'))
  return join(base, 'flavor')
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
