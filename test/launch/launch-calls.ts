import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const RUN_LAUNCHER = join(import.meta.dirname, '../../src/launch/launch-package.ts')
const LOG = join(import.meta.dirname, '../../src/launch/log.ts')
const ERROR = join(import.meta.dirname, '../../src/launch/launch-error.ts')

export interface LaunchResult {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Launches a package in a process of its own, which becomes the program, as `flavor run` does. */
export function launch(
  path: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): LaunchResult {
  const code = `
    import { launchPackage } from ${JSON.stringify(RUN_LAUNCHER)}
    import { createLog } from ${JSON.stringify(LOG)}
    import { asLaunchFailure } from ${JSON.stringify(ERROR)}
    const [path, ...argv] = process.argv.slice(1)
    const stderr = text => process.stderr.write(text)
    const { log, fail } = createLog({ environment: process.env, write: stderr })
    const io = { stdout: text => process.stdout.write(text), stderr, isTerminal: () => false, now: () => performance.now() }
    try {
      process.exitCode = await launchPackage({ path, argv, environment: process.env, io, log })
    } catch (error) {
      fail(asLaunchFailure(error))
      process.exitCode = asLaunchFailure(error).row.launcherExit
    }`
  const argv = ['--no-warnings', '--input-type=module', '--eval', code, '--', path, './typed', ...args]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, argv, {
    env: environment,
    input,
    encoding: 'utf8',
  })
  return { status, signal, stdout, stderr }
}
