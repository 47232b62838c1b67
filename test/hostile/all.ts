import { hostileArchives } from './archives.ts'
import { hostileFromVectors } from './from-vectors.ts'
import type { HostileFile } from './hostile-file.ts'
import { hostileMetadata } from './metadata.ts'

/** Hostile packages over every rule of the specification: those of spec/vectors, and what is worth more than one example. */
export function hostileFiles(): HostileFile[] {
  return [...hostileFromVectors(), ...hostileArchives(), ...hostileMetadata()]
}
