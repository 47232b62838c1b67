/** Spec §3.2: what a slot is for. The order is the byte in the descriptor. */
export const PURPOSES = ['data', 'code', 'config', 'media'] as const
export type Purpose = (typeof PURPOSES)[number]

/** Spec §3.2: when a slot is there. The order is the byte in the descriptor. */
export const LIFECYCLES = [
  'init',
  'startup',
  'runtime',
  'shutdown',
  'cache',
  'temporary',
  'lazy',
  'eager',
  'dev',
  'config',
  'platform',
] as const
export type LifecycleByte = (typeof LIFECYCLES)[number]

/** Spec §3.2: lifecycles that have no byte of their own; their descriptors say `runtime`. */
export const UNNUMBERED_LIFECYCLES = ['volatile', 'persistent'] as const
export type Lifecycle = LifecycleByte | (typeof UNNUMBERED_LIFECYCLES)[number]

/** Spec §3.2: the platform a slot belongs to. The order is the byte in the descriptor. */
export const SLOT_PLATFORMS = ['any', 'linux', 'macos', 'windows'] as const
export type SlotPlatform = (typeof SLOT_PLATFORMS)[number]

/** Spec §3.2: purposes that the reference builders write for the bytes 0, 1 and 2; all other strings mean 0 there. */
const REFERENCE_PURPOSES: ReadonlyMap<string, number> = new Map([
  ['payload', 0],
  ['runtime', 1],
  ['tool', 2],
])

/** Spec §3.2: lifecycle strings of the reference builders beside ours. */
const REFERENCE_LIFECYCLES: ReadonlyMap<string, number> = new Map([
  ['temp', 5],
  ['cached', 4],
  ['development', 8],
  ['initialization', 0],
])

/** Spec §3.2: the bytes that a descriptor may hold for a purpose of the metadata; more than one only for foreign strings. */
export function purposeBytes(text: string): readonly number[] {
  const reference = REFERENCE_PURPOSES.get(text)
  if (reference !== undefined) return reference === 0 ? [0] : [reference, 0]
  const position = (PURPOSES as readonly string[]).indexOf(text)
  return position > 0 ? [position, 0] : [0]
}

/** Spec §3.2: the bytes that a descriptor may hold for a lifecycle of the metadata. Unknown strings mean `runtime`. */
export function lifecycleBytes(text: string): readonly number[] {
  const position = (LIFECYCLES as readonly string[]).indexOf(text)
  const known = position >= 0 ? position : REFERENCE_LIFECYCLES.get(text)
  return known === undefined || known === 2 ? [2] : [known, 2]
}

/** What a purpose of any builder means to us. */
export function purposeOf(text: string): Purpose {
  return PURPOSES[purposeBytes(text)[0] ?? 0] ?? 'data'
}

/** What a lifecycle of any builder means to us. */
export function lifecycleOf(text: string): Lifecycle {
  const unnumbered = UNNUMBERED_LIFECYCLES.find(name => name === text)
  return unnumbered ?? LIFECYCLES[lifecycleBytes(text)[0] ?? 2] ?? 'runtime'
}
