/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** All that the rules of the cache ask the machine, so that they can be tested as any user of any system. */
export interface Machine {
  readonly environment: Environment
  readonly platform: NodeJS.Platform
  /** The effective user; undefined on Windows, where files have no owner of this kind. */
  readonly uid: number | undefined
  /** Started with rights that its caller has not (AT_SECURE): the caller's FLAVOR_* variables count for nothing. */
  readonly isPrivileged: boolean
  readonly workingDirectory: string
}

export function thisMachine(environment: Environment): Machine {
  return {
    environment,
    platform: process.platform,
    uid: process.geteuid?.(),
    isPrivileged: process.getuid?.() !== process.geteuid?.() || process.getgid?.() !== process.getegid?.(),
    workingDirectory: workingDirectory(),
  }
}

/** A working directory that was removed makes relative paths relative to the root, where nothing of ours can be planted. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}
