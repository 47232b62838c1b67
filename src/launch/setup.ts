import { chmodSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { splitCommand } from '../format/command-line.ts'
import type { SetupCommand } from '../format/metadata.ts'
import { type PlaceholderValues, substitute } from '../format/placeholders.ts'
import type { Log } from '../workenv/log.ts'
import { type ProgramCall, resolveProgram } from './command.ts'
import type { Variables } from './environment.ts'
import { LaunchError } from './launch-error.ts'
import { matchesPattern } from './name-pattern.ts'
import { programFault } from './program-fault.ts'
import { setupFile, setupPath } from './setup-paths.ts'

/** Bytes of arguments that one call gets at most, far below what any system takes. */
const MAX_ARGUMENT_BYTES = 96 * 1024
const DEFAULT_FILE_MODE = 0o644

export interface SetupContext {
  readonly values: PlaceholderValues
  /** That of the program itself (spec §7.5). */
  readonly variables: Variables
  readonly log: Log
}

/**
 * Spec §7.5: runs the setup commands of a package in their order. No shell has a part in it, and executables are found as the
 * program itself is. The first failure ends it.
 * @throws LaunchError SETUP_FAILED, SETUP_PATH, SETUP_MODE and those of starting a program; FormatError METADATA_COMMAND,
 *   METADATA_PLACEHOLDER
 */
export async function runSetup(commands: readonly SetupCommand[], context: SetupContext): Promise<void> {
  for (const [at, command] of commands.entries()) {
    const field = `setup_commands[${at}]`
    context.log('debug', `${field}: ${typeof command === 'string' ? 'execute' : command.type}`)
    if (typeof command === 'string') await execute(command, field, [], context)
    else if (command.type === 'execute') await execute(command.command, `${field}.command`, [], context)
    else if (command.type === 'enumerate_and_execute') await enumerate(command, field, context)
    else if (command.type === 'write_file') writeSetupFile(command, field, context)
    else changeModes(command, field, context)
  }
}

async function execute(command: string, field: string, extra: readonly string[], context: SetupContext): Promise<void> {
  const [template = '', ...rest] = splitCommand(command, field)
  const { program, isPackaged } = resolveProgram(template, field, context.values)
  const args = rest.map(text => substitute(text, field, context.values, 'command'))
  await runToEnd({ program, argv: [program, ...args, ...extra], isPackaged }, field, context)
}

type Enumerate = Extract<SetupCommand, { type: 'enumerate_and_execute' }>

/** All names that match go behind the command, in as few calls as their length allows; without a match nothing runs. */
async function enumerate({ command, enumerate }: Enumerate, field: string, context: SetupContext): Promise<void> {
  const place = `${field}.enumerate.path`
  const path = substitute(enumerate.path, place, context.values, 'command')
  const root = context.values.workenv
  const directory = path === root || path === `${root}/` ? root : setupPath(path, root, place)
  const paths = namesIn(directory, enumerate.pattern, place).map(name => join(directory, name))
  for (let start = 0; start < paths.length; ) {
    const end = endOfBatch(paths, start)
    await execute(command, `${field}.command`, paths.slice(start, end), context)
    start = end
  }
}

function endOfBatch(paths: readonly string[], start: number): number {
  let bytes = 0
  let end = start
  for (; end < paths.length; end++) {
    bytes += Buffer.byteLength(paths[end] ?? '') + 1
    if (bytes > MAX_ARGUMENT_BYTES && end > start) break
  }
  return end
}

/** Sorted by their bytes, so that a setup does the same everywhere. */
function namesIn(directory: string, pattern: string, field: string): string[] {
  try {
    const names = readdirSync(directory).filter(name => matchesPattern(name, pattern))
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  } catch (cause) {
    throw setupError(field, `${directory} cannot be listed: ${reason(cause)}`, cause)
  }
}

type WriteFile = Extract<SetupCommand, { type: 'write_file' }>

/** The content as it is. A former file is replaced, never written through: it may be a link, or one file with another. */
function writeSetupFile({ path, content, mode }: WriteFile, field: string, { values }: SetupContext): void {
  const place = `${field}.path`
  const bits = typeof mode === 'string' ? Number.parseInt(mode, 8) : (mode ?? DEFAULT_FILE_MODE)
  const file = setupFile(substitute(path, place, values, 'command'), values.workenv, place)
  const text = substitute(content, `${field}.content`, values, 'text')
  const permissions = plainMode(bits, field)
  try {
    rmSync(file, { force: true })
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
    chmodSync(file, permissions)
  } catch (cause) {
    throw setupError(field, `${file} cannot be written: ${reason(cause)}`, cause)
  }
}

type Chmod = Extract<SetupCommand, { type: 'chmod' }>

/** A pattern in the last component means all files there that match it. Links are left alone. */
function changeModes({ path, mode }: Chmod, field: string, { values }: SetupContext): void {
  const place = `${field}.path`
  const bits = plainMode(Number.parseInt(mode, 8), field)
  const target = setupPath(substitute(path, place, values, 'command'), values.workenv, place)
  const directory = dirname(target)
  const isPattern = /[*?[]/.test(basename(target))
  const names = isPattern ? namesIn(directory, basename(target), place) : [basename(target)]
  for (const name of names) {
    const file = join(directory, name)
    try {
      const status = lstatSync(file)
      if (isPattern ? status.isFile() : !status.isSymbolicLink()) chmodSync(file, bits)
    } catch (cause) {
      throw setupError(field, `the mode of ${file} cannot be changed: ${reason(cause)}`, cause)
    }
  }
}

function plainMode(mode: number, field: string): number {
  const permissions = mode & 0o7777
  if ((permissions & 0o7000) === 0) return permissions
  const got = `0${permissions.toString(8)}`
  const message = `metadata: ${field}.mode is ${got}, expected at most 0777 (spec §7.5)`
  throw new LaunchError('SETUP_MODE', message, { field: `${field}.mode`, got, want: '0777' })
}

async function runToEnd(call: ProgramCall, field: string, { variables }: SetupContext): Promise<void> {
  const { spawn } = await import('node:child_process')
  const child = spawn(call.program, call.argv.slice(1), { env: variables, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => output.push(bytes))
  const end = await new Promise<number | string>((resolve, reject) => {
    child.once('error', thrown => reject(programFault(call, thrown)))
    child.once('close', (code, signal) => resolve(signal ?? code ?? 1))
  })
  if (end === 0) return
  const how = typeof end === 'number' ? `exited with ${end}` : `was ended by ${end}`
  const said = Buffer.concat(output).toString().trim()
  throw setupError(field, `${call.program} ${how}${said === '' ? '' : `:\n${said}`}`, undefined)
}

function setupError(field: string, fault: string, cause: unknown): LaunchError {
  const hint = 'nothing was started; the next run tries again'
  return new LaunchError('SETUP_FAILED', `${field}: ${fault} (spec §7.5)`, { field }, { cause, hint })
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
