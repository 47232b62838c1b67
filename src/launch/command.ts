import { posix, win32 } from 'node:path'
import { splitCommand } from '../format/command-line.ts'
import { checkExecutable } from '../format/execution-rules.ts'
import type { Command, Metadata } from '../format/metadata.ts'
import { type PlaceholderValues, substitute } from '../format/placeholders.ts'
import { LaunchError } from './launch-error.ts'

/** What is asked for: by a variable, and by the name under which the package was started. */
export interface Invocation {
  /** argv[0] as the user typed it. */
  readonly invoked: string
  /** What follows, all of it for the program. */
  readonly userArguments: readonly string[]
  /** FLAVOR_COMMAND. */
  readonly requested?: string | undefined
}

/** A program and what it is started with, all of it final. */
export interface ProgramCall {
  /** Absolute path of the executable. */
  readonly program: string
  /** argv, its first element included. */
  readonly argv: readonly string[]
  /** False for a program of the system, such as /bin/sh, which the package does not carry. */
  readonly isPackaged: boolean
}

/**
 * Spec §8.1: which command runs, as an absolute path with arguments. The user's own arguments follow those of the package.
 * @throws FormatError METADATA_COMMAND, METADATA_PLACEHOLDER; LaunchError COMMAND_UNKNOWN
 */
export function buildCommand(metadata: Metadata, values: PlaceholderValues, invocation: Invocation): ProgramCall {
  const { field, argv, argv0 } = chooseCommand(metadata, invocation)
  const [template = '', ...rest] = argv
  const { program, isPackaged } = resolveProgram(template, `${field}[0]`, values)
  const ownArguments = rest.map((text, at) => substitute(text, `${field}[${at + 1}]`, values, 'command'))
  const name = argv0 === 'invoked' && isPackaged ? invocation.invoked : program
  return { program, argv: [name, ...ownArguments, ...invocation.userArguments], isPackaged }
}

interface ChosenCommand extends Command {
  readonly field: string
}

function chooseCommand(metadata: Metadata, { invoked, requested }: Invocation): ChosenCommand {
  const { argv, argv0, command, commands } = metadata.execution
  const name = requested ?? commandName(invoked)
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (named !== undefined) return { ...named, field: `execution.commands.${name}.argv` }
  if (requested !== undefined) throw unknownCommand(requested, Object.keys(commands))
  if (argv !== undefined) return { argv, argv0, field: 'execution.argv' }
  return { argv: splitCommand(command, 'execution.command'), argv0, field: 'execution.command' }
}

function unknownCommand(name: string, known: readonly string[]): LaunchError {
  const list = known.length === 0 ? 'no other than its default command' : known.toSorted().join(', ')
  const message = `FLAVOR_COMMAND is ${JSON.stringify(name)}, and the package has ${list} (spec §8.1)`
  const detail = { field: 'FLAVOR_COMMAND', got: name, want: list }
  return new LaunchError('COMMAND_UNKNOWN', message, detail, { hint: 'unset FLAVOR_COMMAND for the default command' })
}

/** Spec §8.1: the base name of the path that was typed, without `.exe`: a link to a package chooses the command of its name. */
export function commandName(invoked: string): string {
  return (invoked.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '')
}

/**
 * Spec §8.1: a program of the package by its absolute path, never one that PATH or the current directory offers. An absolute path
 * in the metadata names a program of the system.
 */
export function resolveProgram(template: string, field: string, values: PlaceholderValues) {
  checkExecutable(template, field)
  const path = substitute(template, field, values, 'command')
  if (template.startsWith('/')) return { program: path, isPackaged: false }
  if (/^\{(?:workenv|primary|slot:)/.test(template)) return { program: withExtension(path, values), isPackaged: true }
  // A name or a version of the package may have brought in what a template could not hold.
  checkExecutable(path.startsWith('/') ? `.${path}` : path, field)
  const { join } = values.os === 'windows' ? win32 : posix
  const program = path.includes('/') ? join(values.workenv, path) : join(values.workenv, 'bin', path)
  return { program: withExtension(program, values), isPackaged: true }
}

/** Windows runs nothing without an extension; packages for several systems leave it out. */
function withExtension(program: string, { os }: PlaceholderValues): string {
  return os === 'windows' && win32.extname(program) === '' ? `${program}.exe` : program
}
