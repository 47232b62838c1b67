import { join } from 'node:path'
import { nativeLauncher } from './native-launched.ts'
import { nodeLauncher } from './node-launched.ts'
import { ROOT } from './packed-app.ts'

/** All that launches packages. */
export type LaunchWay = 'native' | 'node' | 'flavor run'
export const LAUNCH_WAYS: readonly LaunchWay[] = ['native', 'node', 'flavor run']

/** What a package of this way begins with; `flavor run` takes any. */
export async function launcherOf(way: LaunchWay) {
  const { path, tool, toolVersion } = await (way === 'node' ? nodeLauncher() : nativeLauncher())
  return { path, tool, toolVersion }
}

/** The program to start, and its arguments before those of the package. */
export function launchedBy(way: LaunchWay, path: string): { program: string; args: string[] } {
  if (way !== 'flavor run') return { program: path, args: [] }
  return { program: process.execPath, args: ['--no-warnings', join(ROOT, 'src/cli/main.ts'), 'run', path] }
}
