import { readAt } from '../package/file-reading.ts'
import { VERSION } from '../version.ts'
import { LaunchError } from './launch-error.ts'

export const NODE_LAUNCHER = 'flavor-node-launcher'
/** The last bytes of a package (spec §2.1). */
const MAGIC_WAND = Buffer.from('\u{1fa84}')

/** Whether a file ends as no package does, so that nothing in it can run: a launcher before anything was appended. */
export function isBare(fd: number, path: string, size: number): boolean {
  return !MAGIC_WAND.equals(readAt(fd, path, Math.max(0, size - MAGIC_WAND.length), MAGIC_WAND.length))
}

/**
 * What a bare launcher answers. With a package inside, every argument belongs to the program.
 * @throws LaunchError LAUNCHER_BARE for everything but `--version` and `--help`
 */
export function answerBare(argument: string | undefined, path: string): string {
  if (argument === '--version' || argument === '-V') return versionLine()
  if (argument === '--help' || argument === '-h') {
    return [
      versionLine(),
      'Runs the package that `flavor pack` appends to it. On its own it has nothing to run.\n',
      'With a package: FLAVOR_LAUNCHER_CLI=1 FILE help\n',
    ].join('')
  }
  const message = `${path}: is a launcher without a package, expected a package appended to it`
  const hint = 'a packed file that was cut looks like this too: fetch it again'
  throw new LaunchError('LAUNCHER_BARE', message, { file: path }, { hint })
}

function versionLine(): string {
  return `${NODE_LAUNCHER} ${VERSION} (Node ${process.versions.node}, ${process.platform} ${process.arch})\n`
}
