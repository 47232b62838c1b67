import { SYSTEM_PREFIXES } from './sysconfig-data.ts'

/** Debian's name for a place that never exists. */
const NOWHERE = '/nonexistent'

/**
 * A binary with the prefix that it was compiled for overwritten, in place and in its length: CPython falls back to it silently when
 * it does not find its library, and then runs what lies there on the user's machine. A prefix of the system goes only where it is the
 * whole string, since other strings that begin with it mean something else.
 *
 * The last component stays: linkers store a string that ends another one inside of it, and in `…/versions/3.11.7` that is the
 * version of Python. For the same reason a prefix of one component, such as `/python`, stays as it is; nothing ends in `usr`.
 */
export function neutralisePrefix(bytes: Uint8Array, prefix: string): Uint8Array {
  const parent = prefix.slice(0, prefix.lastIndexOf('/'))
  if (prefix === '/usr') return overwrite(bytes, '\0/usr\0', '\0/---\0')
  if (parent.length < 2) return bytes
  const neutral = neutralPath(parent.length) + prefix.slice(parent.length)
  if (SYSTEM_PREFIXES.includes(prefix)) return overwrite(bytes, `\0${prefix}\0`, `\0${neutral}\0`)
  return overwrite(bytes, prefix, neutral)
}

function neutralPath(length: number): string {
  return length > NOWHERE.length ? NOWHERE.padEnd(length, '/') : `/${'-'.repeat(length - 1)}`
}

function overwrite(bytes: Uint8Array, old: string, neutral: string): Uint8Array {
  const output = Buffer.from(bytes)
  const [from, to] = [Buffer.from(old), Buffer.from(neutral)]
  for (let at = output.indexOf(from); at >= 0; at = output.indexOf(from, at + 1)) to.copy(output, at)
  return output
}
