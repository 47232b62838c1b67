import type { Metadata } from '../format/metadata.ts'

/** Spec §9.1: from the weakest to the strictest. */
export const LEVELS = ['none', 'minimal', 'relaxed', 'standard', 'strict'] as const
export type ValidationLevel = (typeof LEVELS)[number]

/**
 * Spec §9.1: the level of a launch. A variable can make it stricter, and weaker only down to what the package itself has signed:
 * otherwise whoever sets a variable decides what counts as intact. Unknown values mean `standard`, as in the references.
 */
export function validationLevel(requested: string | undefined, metadata: Metadata): ValidationLevel {
  const wanted = LEVELS.find(level => level === requested) ?? 'standard'
  const floor = metadata.verification?.minimum_level ?? 'standard'
  return LEVELS.indexOf(wanted) < LEVELS.indexOf(floor) ? floor : wanted
}
