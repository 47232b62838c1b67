import { type CommandResult, lastLines, runCommand } from '../../tools/run-command.ts'
import type { Environment, Tool } from '../../tools/tool.ts'
import { BuilderError } from '../builder-error.ts'

/** uv as one project uses it. */
export interface Uv {
  readonly tool: Tool
  /** As `uvEnvironment` makes it. */
  readonly environment: Environment
  /** The project, where uv finds settings of its own. */
  readonly directory: string
}

/** What uv and the backends below it say when the trouble is the way to the index, and not what was asked of it. */
const UNREACHABLE =
  /error sending request|dns error|connection (refused|reset|closed)|timed out|tls handshake|certificate|network is unreachable|failed to fetch|request failed after|\b(401 unauthorized|403 forbidden|407 proxy|429 too many|5\d\d [a-z])|network (connectivity|access) (is|was) disabled/i

/** @param input for its stdin */
export async function runUv(uv: Uv, args: readonly string[], input = ''): Promise<CommandResult> {
  return await runCommand(uv.tool.command, args, { environment: uv.environment, directory: uv.directory, input })
}

/** The error for a failure of uv that is one of the network; undefined where it is another one. */
export function registryError(what: string, result: CommandResult): BuilderError | undefined {
  const output = `${result.stdout}\n${result.stderr}`
  if (!UNREACHABLE.test(output)) return undefined
  const reason = meaningfulLines(output)
  const hint =
    'check the network and the index settings of uv or pip; what is in the caches can be packed with UV_OFFLINE=1'
  return new BuilderError(
    'REGISTRY_FAILED',
    `${what}: the package index cannot be reached: ${reason}`,
    { got: reason },
    { hint },
  )
}

/** uv's own words without its progress. */
export function meaningfulLines(output: string): string {
  const lines = output
    .split('\n')
    .filter(line => /\S/.test(line) && !/^\s*(Resolved|Prepared|Installed|Using|Building|Built)\b/.test(line))
  return lastLines(lines.join('\n'), 12)
}
