import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hashFile } from '../../src/builders/launcher/file-hash.ts'
import { type Signer, signWith } from '../../src/crypto/signer.ts'

export const CHECKSUMS = 'SHA256SUMS'

/** What `sha256sum` writes and `sha256sum --check` reads, sorted by name. */
export function formatChecksums(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return sorted.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
}

/** Writes the checksums of files of a release beside them, and the raw Ed25519 signature over these. Returns both paths. */
export async function writeChecksums(paths: readonly string[], directory: string, key: Signer): Promise<string[]> {
  const text = Buffer.from(
    formatChecksums(paths.map(path => ({ name: basename(path), sha256: hashFile(path).sha256 }))),
  )
  const sums = join(directory, CHECKSUMS)
  writeFileSync(sums, text)
  writeFileSync(`${sums}.sig`, await signWith(key, text))
  return [sums, `${sums}.sig`]
}
