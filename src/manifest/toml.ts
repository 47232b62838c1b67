import { basename } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { ManifestError } from './manifest-error.ts'
import type { ManifestSource } from './manifest-source.ts'

/** The value of a manifest in TOML. @throws ManifestError MANIFEST_SYNTAX with line and column */
export function parseToml(source: ManifestSource): unknown {
  try {
    return parse(source.text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const reason = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'it does not parse'
    const { line, column } = cause
    const detail = { file: source.path, line: `${line}`, column: `${column}`, got: reason, want: 'TOML' }
    const message = `${basename(source.path)}:${line}:${column}: not TOML: ${reason}`
    throw new ManifestError('MANIFEST_SYNTAX', message, detail, { cause })
  }
}
