/**
 * Writes spec/vectors from scripts/vectors/*.ts; with `--check` only says whether that would change anything. Runs on the pinned
 * Node, whose zstd fixes the bytes.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OF_WORKENV, vectorFiles } from './vectors/all.ts'

const root = join(import.meta.dirname, '../spec/vectors')
const wanted = vectorFiles()
const present = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
  .filter(path => !path.startsWith(OF_WORKENV))
const surplus = present.filter(path => !wanted.has(path))
const changed = [...wanted].filter(
  ([path, bytes]) => !present.includes(path) || !readFileSync(join(root, path)).equals(bytes),
)

if (process.argv[2] === '--check') {
  for (const path of [...surplus, ...changed.map(([path]) => path)])
    process.stderr.write(`spec/vectors/${path}: not current\n`)
  process.exitCode = surplus.length + changed.length > 0 ? 1 : 0
} else {
  for (const path of surplus) rmSync(join(root, path))
  for (const [path, bytes] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
  process.stdout.write(`${wanted.size} files, ${changed.length} written, ${surplus.length} removed\n`)
}
