/** Debian's name for a place that never exists. */
const NOWHERE = '/nonexistent'

/**
 * A binary with the prefix that it was compiled for overwritten, in place and in its length: CPython falls back to it silently when
 * it does not find its library, and then runs what lies there on the user's machine. A long prefix goes wherever it stands; a short one
 * such as /usr only where it is the whole string, since other strings that begin with it mean something else.
 *
 * The last component stays: linkers store a string that ends another one inside of it, and in `…/versions/3.11.7` that is the
 * version of Python.
 */
export function neutralisePrefix(bytes: Uint8Array, prefix: string): Uint8Array {
  const parent = prefix.slice(0, prefix.lastIndexOf('/'))
  if (parent.length > NOWHERE.length) {
    return overwrite(bytes, prefix, NOWHERE.padEnd(parent.length, '/') + prefix.slice(parent.length))
  }
  if (prefix.length < 2) return bytes
  return overwrite(bytes, `\0${prefix}\0`, `\0/${'-'.repeat(prefix.length - 1)}\0`)
}

function overwrite(bytes: Uint8Array, old: string, neutral: string): Uint8Array {
  const output = Buffer.from(bytes)
  const [from, to] = [Buffer.from(old), Buffer.from(neutral)]
  for (let at = output.indexOf(from); at >= 0; at = output.indexOf(from, at + 1)) to.copy(output, at)
  return output
}
