import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { isElf } from './interpreter/elf-file.ts'
import { stripElf } from './interpreter/strip-elf.ts'
import { recordPath, recordRow, recordRows } from './wheel-record.ts'

/** Programs that pip and setuptools put before scripts on Windows: 0.9 MB that no other system ever reads. */
const WINDOWS_STUB = /^((pip\/_vendor\/)?distlib|setuptools)\/[^/]+\.exe$/
/** Larger libraries are stripped by those who build them, or are data; they are held in memory twice. */
const MAX_STRIPPED = 256 * 1024 * 1024

/**
 * Takes out of an installed distribution what no run on this platform reads: symbols and debugging information of its binaries, and
 * stubs for Windows. Its RECORD says what is there afterwards.
 * @param tree the root of what was installed: nothing outside is touched, whatever a RECORD names
 * @param directory the `.dist-info`
 */
export function trimDistribution(tree: string, directory: string): void {
  const record = join(directory, 'RECORD')
  const before = lstatSync(record, { throwIfNoEntry: false })?.isFile() ? readFileSync(record, 'utf8') : ''
  const rows = recordRows(before)
  const trimmed = rows.flatMap(row => trimFile(tree, join(directory, '..'), row))
  if (trimmed.some((row, position) => row !== rows[position]) || trimmed.length !== rows.length)
    writeFileSync(record, `${trimmed.join('\n')}\n`)
}

/** The row as it is afterwards; none where the file is gone. */
function trimFile(tree: string, site: string, row: string): string[] {
  const path = recordPath(row)
  const place = normalize(join(site, path))
  const isInside = !path.startsWith('/') && place.startsWith(`${normalize(tree)}${sep}`)
  const status = isInside ? lstatSync(place, { throwIfNoEntry: false }) : undefined
  if (!status?.isFile()) return [row]
  if (WINDOWS_STUB.test(path)) {
    rmSync(place)
    return []
  }
  if (status.size > MAX_STRIPPED || !mayBeBinary(path, status.mode)) return [row]
  const bytes = readFileSync(place)
  const stripped = isElf(bytes) ? stripElf(bytes) : bytes
  if (stripped === bytes) return [row]
  writeFileSync(place, stripped)
  return [recordRow(path, stripped)]
}

/** Spares the reading of thousands of sources. */
function mayBeBinary(path: string, mode: number): boolean {
  return /\.so(\.|$)/.test(path) || (mode & 0o111) !== 0
}
