import { constants, openSync, writeSync } from 'node:fs'
import type { FlavorError } from '../format/flavor-error.ts'
import type { Log, LogLevel } from '../workenv/log.ts'

/** From the fewest lines to the most. */
const WISHES = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const
type Wish = (typeof WISHES)[number]

/** What a launch tells. Never the value of a variable or an argument: they hold secrets. */
export interface LaunchLog {
  readonly log: Log
  /** Tells why a launch ended, whatever the level is. */
  fail(error: FlavorError): void
}

export interface LogOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where lines go that have no file. */
  readonly write: (text: string) => void
}

/**
 * The log of a launch: FLAVOR_LAUNCHER_LOG_LEVEL, else FLAVOR_LOG_LEVEL, a level or `json` or `json:LEVEL`; `warn` by default.
 * FLAVOR_LOG_PATH appends to a file; what ends a launch is told on the terminal all the same.
 */
export function createLog({ environment, write }: LogOptions): LaunchLog {
  const wish = environment.FLAVOR_LAUNCHER_LOG_LEVEL ?? environment.FLAVOR_LOG_LEVEL ?? ''
  const { level, isJson } = parseWish(wish)
  const file = openLogFile(environment.FLAVOR_LOG_PATH)
  const log: Log = (kind, message) => {
    if (WISHES.indexOf(kind) > WISHES.indexOf(level)) return
    const line = isJson ? `${JSON.stringify({ type: 'log', level: kind, message })}\n` : logLine(kind, message)
    if (typeof file === 'number') appendLine(file, line, write)
    else write(line)
  }
  if (typeof file === 'string') log('warn', file)
  return {
    log,
    fail: error => {
      const text = isJson ? failureObject(error) : failureLines(error)
      if (typeof file === 'number') appendLine(file, text, () => undefined)
      write(text)
      if (error.cause instanceof Error) log('debug', error.cause.stack ?? error.cause.message)
    },
  }
}

function parseWish(wish: string): { level: Wish; isJson: boolean } {
  const [, json, name] = /^(json)?:?(.*)$/.exec(wish.toLowerCase()) ?? []
  return { level: WISHES.find(level => level === name) ?? 'warn', isJson: json !== undefined }
}

function logLine(kind: LogLevel, message: string): string {
  return `flavor: ${kind === 'warn' ? 'warning' : kind}: ${oneLine(message)}\n`
}

/** The form in which the command line tells failures too. */
function failureLines(error: FlavorError): string {
  const line = `flavor: error[${error.code}]: ${oneLine(error.message)}\n`
  return error.hint === undefined ? line : `${line}flavor: hint: ${oneLine(error.hint)}\n`
}

function failureObject(error: FlavorError): string {
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  const { code, message, detail } = error
  return `${JSON.stringify({ type: 'error', code, message, detail, ...hint, exit: error.row.launcherExit })}\n`
}

/** Text from a package or a file name must not move the cursor or forge a line of its own. */
function oneLine(text: string): string {
  const lines = text.trimEnd().split('\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return lines.map(line => line.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd')).join('\n  ')
}

/** @returns a descriptor, nothing where no file is asked for, or why there is none */
function openLogFile(path: string | undefined): number | string | undefined {
  if (path === undefined || path === '') return undefined
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  try {
    return openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600)
  } catch (cause) {
    return `FLAVOR_LOG_PATH cannot be written: ${cause instanceof Error ? cause.message : cause}`
  }
}

function appendLine(fd: number, line: string, write: (text: string) => void): void {
  try {
    writeSync(fd, line)
  } catch {
    write(line)
  }
}
