import { loadLibc } from '../workenv/libc.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment without what a caller with fewer rights than this process could steer it by (spec §7.4). Where there is nothing of
 * that kind, nobody asks.
 */
export function trustedEnvironment(environment: Environment, isTrusted: () => boolean = isUnprivileged): Environment {
  const isSteered = Object.keys(environment).some(isSteering)
  if (!isSteered || isTrusted()) return environment
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSteering(name)))
}

function isSteering(name: string): boolean {
  return name.startsWith('FLAVOR_')
}

/** False for set-id files, and on Linux for file capabilities too (AT_SECURE). */
function isUnprivileged(): boolean {
  if (process.getuid?.() !== process.geteuid?.() || process.getgid?.() !== process.getegid?.()) return false
  return loadLibc()?.isSecure() !== true
}
