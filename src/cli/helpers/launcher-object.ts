import { isCurrent } from '../../builders/launcher/current-launcher.ts'
import type { Launcher } from '../../builders/launcher/launcher-store.ts'

/** A launcher as --json shows it. */
export const LAUNCHER_FIELDS = {
  name: 'name of the launcher',
  platform: 'the platform that it runs on, such as linux_amd64',
  version: 'its version, and that of what it is made of',
  size: 'its bytes',
  sha256: 'SHA-256 of its bytes, which packages repeat in their signed metadata',
  hash: 'hash of what it was built from',
  path: 'where it is',
  current: 'true where this flavor would build exactly this one',
} as const

export function launcherObject(launcher: Launcher) {
  const { tool, platform, toolVersion, size, sha256, hash, path } = launcher
  return { name: tool, platform, version: toolVersion, size, sha256, hash, path, current: isCurrent(launcher) }
}

/** The fields below a name of the object, for a verb's table. */
export function launcherFields(parent: string): Record<string, string> {
  return Object.fromEntries(Object.entries(LAUNCHER_FIELDS).map(([name, text]) => [`${parent}.${name}`, text]))
}
