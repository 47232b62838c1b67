/** Variables of a process, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A program and what goes before its arguments. */
export type Command = readonly [program: string, ...prefix: string[]]

/** Where a tool came from, in the order in which the places are tried. */
export type ToolOrigin = 'environment' | 'path' | 'module' | 'pinned'

/** A program that is known to run. */
export interface Tool {
  readonly name: string
  readonly command: Command
  /** As the tool itself says it. */
  readonly version: string
  readonly origin: ToolOrigin
}

/** What finding a tool may use of the machine. */
export interface ToolContext {
  readonly environment: Environment
  /** The base of our cache; pinned tools are kept in `tools/` below it. */
  readonly cacheDirectory: string
  /** Told, for people, what is done and what was passed over. */
  readonly onStep?: (message: string) => void
}
