import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Sha256 } from '../../../crypto/sha256.ts'
import { installationRoot } from '../../../tools/installation.ts'

/** Where the crate is, in a checkout and in the package that npm installs. */
const CRATE = 'launchers/native'
/** What a launcher is built from; npm's package of flavor has the same. */
export const CRATE_FILES = ['Cargo.toml', 'Cargo.lock', 'no-unwinding.ld', 'aead', 'src']

/** The crate of the native launcher. */
export interface NativeSources {
  /** Absolute. */
  readonly directory: string
  /** Hex SHA-256 of every file that goes into a launcher; read anew with each call. */
  hash(): string
}

/** The crate of this installation; undefined where somebody left it out. */
export function nativeSources(root: string = installationRoot()): NativeSources | undefined {
  const directory = join(root, CRATE)
  return existsSync(join(directory, 'Cargo.lock')) ? { directory, hash: () => hashCrate(directory) } : undefined
}

function hashCrate(directory: string): string {
  const hash = new Sha256()
  for (const path of CRATE_FILES.flatMap(place => filesBelow(directory, place))) {
    const bytes = readFileSync(join(directory, path))
    hash.update(Buffer.from(`${path}\0${bytes.length}\0`))
    hash.update(bytes)
  }
  return hash.digestHex()
}

/** Sorted by their bytes, so that the hash is the same on every machine. */
function filesBelow(directory: string, place: string): string[] {
  if (place.includes('.')) return [place]
  return readdirSync(join(directory, place), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}
