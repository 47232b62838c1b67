import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { ensureDirectory } from '../../../files/ensure-directory.ts'
import { isElf } from './elf-file.ts'
import type { InstalledPython } from './installed-python.ts'
import { neutralisePrefix } from './neutral-prefix.ts'
import type { SourceTree } from './source-tree.ts'
import { stripElf } from './strip-elf.ts'
import { buildPlace } from './sysconfig-data.ts'

/** Writes the files of a tree below `root`, binaries without debugging information and without the prefix of this machine. */
export function writeTree(root: string, source: SourceTree, python: InstalledPython, executable: string): void {
  const places = [python.prefix, buildPlace(python)]
  for (const file of source.copied) {
    const bytes = readFileSync(file.source)
    const content = isElf(bytes) ? places.reduce(neutralisePrefix, stripElf(bytes)) : bytes
    put(root, file.path, content, file.isExecutable ? 0o755 : 0o644)
  }
  for (const file of source.rendered) put(root, file.path, file.content, 0o644)
  for (const name of ['python3', 'python']) symlinkSync(posix.basename(executable), join(root, 'bin', name))
}

function put(root: string, path: string, content: Uint8Array, mode: number): void {
  const place = join(root, path)
  ensureDirectory(dirname(place))
  writeFileSync(place, content, { mode })
}

/** Gives everything the modes that it would have under any umask. */
export function settleModes(root: string): void {
  chmodSync(root, 0o755)
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(place, 0o755)
    else if (entry.isFile()) chmodSync(place, (statSync(place).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
