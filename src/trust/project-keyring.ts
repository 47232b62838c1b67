import { parseKeyLines } from './key-line.ts'
import type { Keyring } from './pins.ts'

/**
 * trust §2.1: the key lines of a manifest as a keyring. A line that spans several, or says nothing, is refused.
 * @throws TrustError TRUST_LINE with the position in `keys` as its line
 */
export function projectKeyring(manifest: string, keys: readonly string[]): Keyring {
  return {
    keyring: 'project',
    where: manifest,
    lines: parseKeyLines(Buffer.from(keys.map(oneLine).join('\n')), `${manifest} [tool.flavor.trust] keys`),
  }
}

/** What would be passed over as a comment, or be two lines, is no key line. */
function oneLine(text: string): string {
  const isLine = !/[\r\n]/.test(text) && /^[ \t]*[^# \t]/.test(text)
  return isLine ? text : JSON.stringify(text)
}
