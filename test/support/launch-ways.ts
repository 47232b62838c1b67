import { flavorBundle } from './flavor-bundle.ts'
import { nativeLauncher } from './native-launched.ts'
import { nodeLauncher } from './node-launched.ts'

/** All that launches packages. */
export type LaunchWay = 'native' | 'node' | 'flavor run'
export const LAUNCH_WAYS: readonly LaunchWay[] = ['native', 'node', 'flavor run']

/** What a package of this way begins with; `flavor run` takes any. */
export async function launcherOf(way: LaunchWay) {
  const { path, tool, toolVersion } = await (way === 'node' ? nodeLauncher() : nativeLauncher())
  return { path, tool, toolVersion }
}

/** The command that starts a package, but for its arguments. */
export function launchedBy(way: LaunchWay, path: string): readonly [program: string, ...args: string[]] {
  return way === 'flavor run' ? [...flavorBundle(), 'run', path] : [path]
}
