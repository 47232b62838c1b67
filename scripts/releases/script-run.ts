import { FlavorError } from '../../src/format/flavor-error.ts'

/** A command line that means nothing: what is wrong with it, in one line. */
export class UsageError extends Error {}

/**
 * Runs a script and sets the exit status: what `main` returns, 2 for a command line that means nothing, and that of the table for errors of
 * flavor's own. `--help` prints the usage.
 * @param usage ends with a line break
 */
export async function runScript(name: string, usage: string, main: () => Promise<number>): Promise<void> {
  const say = (line: string) => process.stderr.write(`${name}: ${line}\n`)
  if (process.argv.includes('--help')) {
    process.stdout.write(usage)
    return
  }
  try {
    process.exitCode = await main()
  } catch (error) {
    if (error instanceof FlavorError) {
      say(`error[${error.code}]: ${error.message}`)
      if (error.hint !== undefined) say(`hint: ${error.hint}`)
      process.exitCode = error.row.exit
    } else if (isUsage(error)) {
      say(error.message)
      process.stderr.write(usage)
      process.exitCode = 2
    } else throw error
  }
}

/** Ours, or of `parseArgs`. */
function isUsage(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof TypeError && /^ERR_PARSE_ARGS_/.test(`${codeOf(error)}`))
}

function codeOf(error: object): unknown {
  return 'code' in error ? error.code : undefined
}
