import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isSameKey } from './base64.ts'
import { formatKeyLine, type KeyLine, MAX_KEYS_FILE, parseKeyLines } from './key-line.ts'
import { ALL_KEYS, readKeysFile } from './keyring.ts'
import type { KeyringPlace } from './keyring-places.ts'
import { keysFileOf, unescapeName } from './package-names.ts'
import { isTrustDirectory, readTrustFile } from './trust-file.ts'
import { changeTrust, removeTrustFile, writeTrustFile } from './trust-writing.ts'

/** One line, and the file that it stands in. */
export interface PlacedLine extends KeyLine {
  readonly file: string
}

/**
 * Every line of a keyring, file by file.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE
 */
export function listKeyring(place: KeyringPlace): PlacedLine[] {
  if (!isTrustDirectory(place.path, place.keyring, place.owners)) return []
  return keysFilesOf(place.path).flatMap(file => readKeysFile(file, place.owners).map(line => ({ ...line, file })))
}

function keysFilesOf(directory: string): string[] {
  return readdirSync(directory)
    .filter(isKeysFile)
    .map(name => join(directory, name))
    .sort()
}

function isKeysFile(name: string): boolean {
  return name === ALL_KEYS || /^for-.*\.keys$/.test(name)
}

/**
 * Files in the directory of a keyring that nothing reads, such as PEM that somebody put there in the belief that it pins a key.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ
 */
export function strayFiles({ path, keyring, owners }: KeyringPlace): string[] {
  if (!isTrustDirectory(path, keyring, owners)) return []
  const names = readdirSync(path).filter(name => !isKeysFile(name) && !/^(seen(\.lock)?$|\.)/.test(name))
  return names.sort().map(name => join(path, name))
}

/**
 * Adds a key to a keyring: each name to the file that is read for it, patterns of many names to `all.keys`. A line of the same key that is
 * for the same name already is replaced.
 * @returns the files that have changed
 */
export async function addKey(place: KeyringPlace, line: KeyLine): Promise<string[]> {
  return await changeTrust(place, () => {
    const files = Map.groupBy(line.names, name => (name.endsWith('*') ? ALL_KEYS : keysFileOf(unescapeName(name))))
    return [...files].map(([name, names]) => {
      const file = join(place.path, name)
      const isReplaced = (other: KeyLine) =>
        isSameKey(other.publicKey, line.publicKey) && `${other.names}` === `${names}`
      rewrite(place, file, [...textLines(place, file, isReplaced), formatKeyLine({ ...line, names })])
      return file
    })
  })
}

/**
 * Takes lines out of a keyring; a file without lines goes.
 * @returns the lines that were taken out
 */
export async function removeKeys(place: KeyringPlace, isMeant: (line: KeyLine) => boolean): Promise<PlacedLine[]> {
  const meant = listKeyring(place).filter(isMeant)
  if (meant.length === 0) return []
  return await changeTrust(place, () => {
    for (const file of new Set(meant.map(({ file }) => file))) rewrite(place, file, textLines(place, file, isMeant))
    return meant
  })
}

/** The lines of a file as text, comments included, without those that are meant. */
function textLines({ owners }: KeyringPlace, file: string, isMeant: (line: KeyLine) => boolean): string[] {
  const bytes = readTrustFile(file, owners, MAX_KEYS_FILE)
  if (bytes === undefined) return []
  const lines = Buffer.from(bytes).toString().split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.filter((text, at) => !parseKeyLines(Buffer.from(text), `${file}:${at + 1}`).some(isMeant))
}

function rewrite({ keyring }: KeyringPlace, file: string, lines: readonly string[]): void {
  if (lines.length === 0) removeTrustFile(file)
  else writeTrustFile(file, `${lines.join('\n')}\n`, keyring === 'system' ? 0o644 : 0o600)
}
