import type { Verb } from './verb.ts'

/**
 * Every verb, loaded only when it is named, so that `flavor --version` reads next to nothing. The order is that of help and docs.
 * A key of two words is a verb of a group.
 */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  keygen: async () => (await import('./keygen.ts')).keygen,
  pack: async () => (await import('./pack.ts')).pack,
  verify: async () => (await import('./verify.ts')).verify,
  sign: async () => (await import('./sign.ts')).sign,
  inspect: async () => (await import('./inspect.ts')).inspect,
  diff: async () => (await import('./diff.ts')).diff,
  extract: async () => (await import('./extract.ts')).extract,
  'extract-all': async () => (await import('./extract-all.ts')).extractAll,
  run: async () => (await import('./run.ts')).run,
  'trust list': async () => (await import('./trust/list.ts')).trustList,
  'trust add': async () => (await import('./trust/add.ts')).trustAdd,
  'trust remove': async () => (await import('./trust/remove.ts')).trustRemove,
  'trust show': async () => (await import('./trust/show.ts')).trustShow,
  'trust rotate': async () => (await import('./trust/rotate.ts')).trustRotate,
  'trust follow': async () => (await import('./trust/follow.ts')).trustFollow,
  'workenv list': async () => (await import('./workenv/list.ts')).workenvList,
  'workenv info': async () => (await import('./workenv/info.ts')).workenvInfoVerb,
  'workenv inspect': async () => (await import('./workenv/inspect.ts')).workenvInspect,
  'workenv verify': async () => (await import('./workenv/verify.ts')).workenvVerify,
  'workenv repair': async () => (await import('./workenv/repair.ts')).workenvRepair,
  'workenv remove': async () => (await import('./workenv/remove.ts')).workenvRemove,
  'workenv clean': async () => (await import('./workenv/clean.ts')).workenvClean,
  'helpers list': async () => (await import('./helpers/list.ts')).helpersList,
  'helpers info': async () => (await import('./helpers/info.ts')).helpersInfo,
  'helpers build': async () => (await import('./helpers/build.ts')).helpersBuild,
  'helpers test': async () => (await import('./helpers/test.ts')).helpersTest,
  'helpers clean': async () => (await import('./helpers/clean.ts')).helpersClean,
  clean: async () => (await import('./clean.ts')).clean,
  demo: async () => (await import('./demo.ts')).demo,
  doctor: async () => (await import('./doctor.ts')).doctor,
  completion: async () => (await import('./completion.ts')).completion,
}

/** What a group of verbs is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  trust: 'whose packages are taken',
  workenv: 'what packages unpacked to run',
  helpers: 'the launchers that go in front of packages',
}

export async function loadVerb(name: string): Promise<Verb | undefined> {
  return Object.hasOwn(VERBS, name) ? VERBS[name]?.() : undefined
}

export async function loadAllVerbs(): Promise<Verb[]> {
  return Promise.all(Object.values(VERBS).map(load => load()))
}
