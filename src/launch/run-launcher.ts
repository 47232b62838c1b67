import { fstatSync } from 'node:fs'
import { constants } from 'node:os'
import { loadLibc } from '../workenv/libc.ts'
import { answerBare, isBare } from './bare-launcher.ts'
import { asLaunchFailure } from './launch-error.ts'
import { launchPackage } from './launch-package.ts'
import { isLauncherCli, runLauncherCli } from './launcher-cli.ts'
import { createLog } from './log.ts'
import type { LaunchIo } from './prepare-launch.ts'
import { trustedEnvironment } from './privilege.ts'
import { openOwnFile } from './self.ts'

/** Everything that a launcher gets from its process. */
export interface LauncherProcess {
  readonly execPath: string
  /** argv[0] as it was typed, and what follows. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly io: LaunchIo
}

/**
 * All that a launcher does: finds itself, verifies the package behind it, and becomes its program. Returns only the status to exit
 * with: of a program that was spawned, or of a failure, which it has told (spec §8.5).
 */
export async function runLauncher({ execPath, argv, environment, io }: LauncherProcess): Promise<number> {
  // It would open a debugger. Node's own option against that leaves the signal blocked in the program.
  loadLibc()?.resetSignal(constants.signals.SIGUSR1)
  const trusted = trustedEnvironment(environment)
  const launchLog = createLog({ environment: trusted, write: io.stderr })
  try {
    const { fd, path } = openOwnFile({ execPath })
    if (isBare(fd, path, fstatSync(fd).size)) {
      io.stdout(answerBare(argv[1], path))
      return 0
    }
    const cleaner = { argv: [path, 'clean'], variables: { FLAVOR_LAUNCHER_CLI: '1' } }
    const options = { path, fd, argv, environment: trusted, io, log: launchLog.log, cleaner }
    return isLauncherCli(trusted) ? await runLauncherCli(options) : await launchPackage(options)
  } catch (thrown) {
    const failure = asLaunchFailure(thrown)
    launchLog.fail(failure)
    return failure.row.launcherExit
  }
}
