import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { Sha256, sha256Hex } from '../../../crypto/sha256.ts'
import type { InstalledPython } from './installed-python.ts'
import type { SourceFile } from './source-files.ts'
import { renderSysconfigData } from './sysconfig-data.ts'

const SYSCONFIG_DATA = /(^|\/)_sysconfigdata[^/]*\.py$/

/** A file whose content does not come from the machine as it is. */
export interface RenderedFile {
  readonly path: string
  readonly content: Uint8Array
}

/** Everything that a tree is made from, before it is made relocatable. */
export interface SourceTree {
  readonly copied: readonly SourceFile[]
  readonly rendered: readonly RenderedFile[]
  /** SHA-256 over paths and contents: no path of the machine, no time, no owner. */
  readonly sha256: string
  /** SHA-256 by soname of the libraries that are not the interpreter's own, and so not in `sha256`. */
  readonly libraries: Readonly<Record<string, string>>
}

/** Replaces what names the machine, and gives the whole an identity. Reads every file. */
export function identifySource(python: InstalledPython, files: readonly SourceFile[]): SourceTree {
  const copied = files.filter(file => !SYSCONFIG_DATA.test(file.path))
  const isConfig = (file: SourceFile) => posix.basename(file.path) === python.configName
  const content = Buffer.from(renderSysconfigData(python))
  const rendered = files.filter(isConfig).map(file => ({ path: file.path, content }))
  const rows = rendered.map(file => row(file.path, false, sha256Hex(file.content)))
  const libraries: [string, string][] = []
  for (const file of copied) {
    const hash = sha256Hex(readFileSync(file.source))
    if (file.isExtra) libraries.push([posix.basename(file.path), hash])
    else rows.push(row(file.path, file.isExecutable, hash))
  }
  const identity = new Sha256()
  for (const line of rows.sort()) identity.update(Buffer.from(line))
  return { copied, rendered, sha256: identity.digestHex(), libraries: Object.fromEntries(libraries) }
}

function row(path: string, isExecutable: boolean, sha256: string): string {
  return `${path}\0${isExecutable ? 'x' : '-'}\0${sha256}\n`
}
