/** From the loudest to the quietest. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Where a layer below the command line says something. Values of the environment never go there. */
export type Log = (level: LogLevel, message: string) => void
