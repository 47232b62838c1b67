/** The exit codes of every verb. The one table: help, docs/cli.md and docs/errors.md print it. */
export const EXIT_CODES = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage: an unknown verb or flag, a missing or wrong value',
  3: 'verification failed: the file is no package, was damaged or was not signed as it should be',
  4: 'network or registry failed',
} as const

export type ExitCode = keyof typeof EXIT_CODES

/** What `flavor run` exits with for failures of its own, as a launcher does (spec §8.5); all other codes are the program's. */
export const LAUNCHER_EXIT_CODES = {
  101: 'a bug in flavor',
  102: 'the file is no valid package',
  103: 'a slot could not be unpacked',
  104: 'the program could not be started',
  105: 'wrong usage',
  106: 'a file could not be read or written',
  107: 'the signature or a checksum does not fit',
  108: 'a package could not be built',
  109: 'the configuration is wrong',
  110: 'something that the package needs is missing',
} as const
