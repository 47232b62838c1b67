import { packWithNativeLauncher } from './native-launched.ts'
import { packWithNodeLauncher } from './node-launched.ts'

/** What a test packs with, so that it runs for each launcher that there is. */
export type PackWithLauncher = typeof packWithNodeLauncher

export const LAUNCHERS: readonly (readonly [kind: 'native' | 'node', pack: PackWithLauncher])[] = [
  ['native', packWithNativeLauncher],
  ['node', packWithNodeLauncher],
]
/** The first test of a run builds launchers. */
export const BUILD_TIMEOUT = 900_000
