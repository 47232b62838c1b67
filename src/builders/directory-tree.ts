import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ManifestError } from '../manifest/manifest-error.ts'
import type { TreeEntry } from '../package/tree-entry.ts'

/**
 * Everything below a directory as entries of a tree, sorted by the bytes of their paths. Modes keep only what says whether a file can
 * be run. Links stay links: the writer refuses those that lead out.
 * @throws ManifestError MANIFEST_SOURCE for what is neither file, directory nor link
 */
export function directoryTree(root: string): TreeEntry[] {
  const keyed = [...walk(root, '')].map(entry => ({ entry, key: Buffer.from(entry.path) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry)
}

/** Node's own recursion goes through links to directories. */
function* walk(root: string, below: string): Generator<TreeEntry> {
  for (const name of readdirSync(join(root, below))) {
    const path = below === '' ? name : `${below}/${name}`
    const entry = treeEntry(join(root, path), path)
    yield entry
    if (entry.type === 'directory') yield* walk(root, path)
  }
}

function treeEntry(file: string, path: string): TreeEntry {
  const stat = lstatSync(file)
  if (stat.isDirectory()) return { type: 'directory', path, mode: 0o755 }
  if (stat.isSymbolicLink()) return { type: 'symlink', path, target: readlinkSync(file) }
  if (stat.isFile()) {
    const mode = (stat.mode & 0o111) === 0 ? 0o644 : 0o755
    return { type: 'file', path, mode, size: stat.size, content: { path: file } }
  }
  const message = `${file}: is neither a file, a directory nor a link`
  throw new ManifestError('MANIFEST_SOURCE', message, { file, want: 'a file, a directory or a link' })
}
