import type { Verb } from './verb.ts'

/**
 * Every verb, loaded only when it is named, so that `flavor --version` reads next to nothing. The order is that of help and docs.
 * A key of two words is a verb of a group.
 */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  keygen: async () => (await import('./keygen.ts')).keygen,
  verify: async () => (await import('./verify.ts')).verify,
  inspect: async () => (await import('./inspect.ts')).inspect,
  extract: async () => (await import('./extract.ts')).extract,
  'extract-all': async () => (await import('./extract-all.ts')).extractAll,
  completion: async () => (await import('./completion.ts')).completion,
}

/** What a group of verbs is about. */
export const GROUPS: Readonly<Record<string, string>> = {}

export async function loadVerb(name: string): Promise<Verb | undefined> {
  return Object.hasOwn(VERBS, name) ? VERBS[name]?.() : undefined
}

export async function loadAllVerbs(): Promise<Verb[]> {
  return Promise.all(Object.values(VERBS).map(load => load()))
}
