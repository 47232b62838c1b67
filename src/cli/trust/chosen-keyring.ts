import { keyId } from '../../crypto/key-id.ts'
import { encodeBase64 } from '../../trust/base64.ts'
import type { PlacedLine } from '../../trust/keyring-changes.ts'
import { type KeyringPlace, keyringPlaces } from '../../trust/keyring-places.ts'
import { escapeName, parseNames } from '../../trust/package-names.ts'
import { thisMachine } from '../../workenv/machine.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../ui/io.ts'

/** The keyring that a verb changes: the user's, or with --system that of everyone. @throws CliError NOTHING_THERE */
export function chosenKeyring(io: Pick<Io, 'environment'>, isSystem: boolean): KeyringPlace {
  const wanted = isSystem ? 'system' : 'user'
  const place = keyringPlaces(thisMachine(io.environment)).find(({ keyring }) => keyring === wanted)
  if (place !== undefined) return place
  const message = `there is no place for the ${wanted} keyring, expected HOME or XDG_CONFIG_HOME to be an absolute path (trust §2.1)`
  throw new CliError('NOTHING_THERE', message, { field: 'HOME' }, { hint: 'set HOME, or use --system' })
}

/**
 * Names of packages as users type them: `httpie`, `acme-*`, `a,b`; what means something in a line is escaped.
 * @throws CliError FLAG_VALUE
 */
export function namePatterns(flags: readonly string[]): string[] {
  return flags
    .flatMap(flag => flag.split(','))
    .map(name => {
      const pattern = name.endsWith('*') ? `${escapeName(name.slice(0, -1))}*` : escapeName(name)
      // A star elsewhere would be taken as it stands, and the pin be for a name that no package has.
      const isPattern = parseNames(pattern)?.length === 1 && !name.slice(0, -1).includes('*')
      if (isPattern) return pattern
      const message = `--name is ${JSON.stringify(name)}, expected a name, or the beginning of one and *`
      const hint = 'a * stands at the end only; in a key line, %2A is one that a name has'
      throw new CliError('FLAG_VALUE', message, { flag: '--name', got: name }, { hint })
    })
}

/** Fields of a line of a keyring, for --json. */
export const KEY_FIELDS = {
  keyring: 'system or user',
  file: 'the file that it stands in',
  key_id: 'first 16 hex digits of the SHA-256 of the public key',
  public_key: 'the public key in base64',
  'names[]': 'patterns of the names of packages that it may sign',
  comment: 'what stands behind it',
} as const

export function keyObject(keyring: string, { file, publicKey, names, comment }: PlacedLine) {
  return { keyring, file, key_id: keyId(publicKey), public_key: encodeBase64(publicKey), names, comment }
}

/** The descriptions of fields one level down: `a[]` and `names[]` give `a[].names[]`. */
export function fieldsOf(list: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, meaning]) => [`${list}.${name}`, meaning]))
}
