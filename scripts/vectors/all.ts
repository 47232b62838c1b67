import { ARCHIVES } from './archives.ts'
import { COMMAND_TEXTS } from './command-texts.ts'
import { ENCODED_STREAMS } from './encoded-streams.ts'
import { ENCRYPTED_STREAMS } from './encrypted-streams.ts'
import { ENVIRONMENT_VECTORS } from './environments.ts'
import { FOREIGN_PACKAGES } from './foreign-packages.ts'
import { HOSTILE_CONTENT } from './hostile-content.ts'
import { HOSTILE_LAYOUT } from './hostile-layout.ts'
import { HOSTILE_METADATA } from './hostile-metadata.ts'
import { HOSTILE_SIGNATURES } from './hostile-signature.ts'
import { HOSTILE_SLOTS } from './hostile-slots.ts'
import { LAUNCHES } from './launches.ts'
import { OWN_PACKAGES } from './own-packages.ts'
import { REFERENCE_PACKAGES } from './reference-packages.ts'
import { SEEKABLE_ZSTD } from './seekable-zstd.ts'
import { SETUPS } from './setups.ts'
import { SIGNATURES } from './signatures.ts'
import { STRUCTURES } from './structures.ts'
import { TRUST_DECISIONS } from './trust-decisions.ts'
import { TRUST_LINES } from './trust-lines.ts'
import { TRUST_VERSIONS } from './trust-versions.ts'
import { filesOf, type Vector } from './vector.ts'

export const VECTORS: readonly Vector[] = [
  ...REFERENCE_PACKAGES,
  ...OWN_PACKAGES,
  ...FOREIGN_PACKAGES,
  ...HOSTILE_LAYOUT,
  ...HOSTILE_SLOTS,
  ...HOSTILE_METADATA,
  ...HOSTILE_SIGNATURES,
  ...HOSTILE_CONTENT,
  ...STRUCTURES,
  ...SIGNATURES,
  ...ENCODED_STREAMS,
  ...ENCRYPTED_STREAMS,
  ...SEEKABLE_ZSTD,
  ...ARCHIVES,
  ...COMMAND_TEXTS,
  ...ENVIRONMENT_VECTORS,
  ...LAUNCHES,
  ...SETUPS,
  ...TRUST_LINES,
  ...TRUST_VERSIONS,
  ...TRUST_DECISIONS,
]

/** The vectors of spec/workenv.md, which are not made here. */
export const OF_WORKENV = 'workenv/'

/** All files by their path below spec/vectors. */
export function vectorFiles(): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const vector of VECTORS) {
    for (const [path, bytes] of filesOf(vector)) {
      if (files.has(path)) throw new Error(`two vectors are called ${path}`)
      files.set(path, Buffer.from(bytes))
    }
  }
  return files
}
