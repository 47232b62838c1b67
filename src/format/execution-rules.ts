import { splitCommand } from './command-line.ts'
import { FormatError } from './format-error.ts'
import type { Metadata, SetupCommand } from './metadata.ts'
import { checkPlaceholders, type PlaceholderPlace, type PlaceholderScope } from './placeholders.ts'
import { pathFault } from './target-path.ts'

/**
 * Spec §5.5, §5.6 and §8.1: everything in the metadata that a launch will split or substitute, checked before anybody runs it.
 * @throws FormatError METADATA_COMMAND, METADATA_PLACEHOLDER
 */
export function checkExecution(metadata: Metadata): void {
  const scope = { slotCount: metadata.slots.length, primarySlot: metadata.execution.primary_slot }
  const check = (text: string, field: string, place: PlaceholderPlace) => checkPlaceholders(text, field, scope, place)
  checkPrimarySlot(scope)
  for (const [field, argv] of commandsOf(metadata)) {
    checkExecutable(argv[0] ?? '', `${field}[0]`)
    for (const [at, argument] of argv.entries()) check(argument, `${field}[${at}]`, 'command')
  }
  for (const [field, values] of Object.entries(environmentsOf(metadata))) {
    for (const [name, value] of Object.entries(values ?? {})) check(value, `${field}.${name}`, 'text')
  }
  for (const [at, directory] of (metadata.workenv?.directories ?? []).entries()) {
    check(directory.path, `workenv.directories[${at}].path`, 'command')
  }
  for (const [at, setup] of (metadata.setup_commands ?? []).entries()) {
    checkSetup(setup, `setup_commands[${at}]`, check)
  }
}

/**
 * Spec §8.1: the executable is an absolute path, a path of the work environment, or a bare name that lies in `{workenv}/bin`.
 * A path that climbs would leave the work environment, where nothing was signed.
 * @throws FormatError METADATA_COMMAND
 */
export function checkExecutable(executable: string, field: string): void {
  if (executable.startsWith('/')) return
  const relative = executable.replace(/^\{(?:workenv|primary|slot:[0-9]+)\}(?:\/|$)/, '')
  const isWholeSlot = relative === '' && executable !== '' && !executable.startsWith('{workenv}')
  const fault = isWholeSlot ? undefined : pathFault(relative)
  if (fault === undefined) return
  const message = `metadata: ${field} ${JSON.stringify(executable)} ${fault}, expected a program in {workenv} or an absolute path (spec §8.1)`
  throw new FormatError('METADATA_COMMAND', message, { field, got: executable, want: 'a program' })
}

/** Each command as arguments, with the field that it stands in. `command` counts only where there is no `argv` (spec §8.1). */
function commandsOf(metadata: Metadata): [field: string, argv: readonly string[]][] {
  const { argv, command, commands } = metadata.execution
  const field = argv === undefined ? 'execution.command' : 'execution.argv'
  return [
    [field, argv ?? splitCommand(command, field)],
    ...Object.entries(commands).map(([name, { argv }]): [string, readonly string[]] => [
      `execution.commands.${name}.argv`,
      argv,
    ]),
  ]
}

function environmentsOf(metadata: Metadata) {
  return {
    'workenv.env': metadata.workenv?.env,
    'execution.env': metadata.execution.env,
    'execution.environment': metadata.execution.environment,
  }
}

function checkPrimarySlot({ slotCount, primarySlot }: PlaceholderScope): void {
  if (primarySlot < slotCount || (primarySlot === 0 && slotCount === 0)) return
  const got = `${primarySlot}`
  const want = `below ${slotCount}, the number of slots`
  const message = `metadata: execution.primary_slot is ${got}, expected ${want} (spec §5.5)`
  throw new FormatError('METADATA_PLACEHOLDER', message, { field: 'execution.primary_slot', got, want })
}

type Check = (text: string, field: string, place: PlaceholderPlace) => void

function checkSetup(setup: SetupCommand, field: string, check: Check): void {
  if (typeof setup === 'string') {
    checkSetupCommand(setup, field, check)
  } else if (setup.type === 'execute') {
    checkSetupCommand(setup.command, `${field}.command`, check)
  } else if (setup.type === 'enumerate_and_execute') {
    checkSetupCommand(setup.command, `${field}.command`, check)
    check(setup.enumerate.path, `${field}.enumerate.path`, 'command')
    checkPattern(setup.enumerate.pattern, `${field}.enumerate.pattern`)
  } else {
    check(setup.path, `${field}.path`, 'command')
    if (setup.type === 'write_file') check(setup.content, `${field}.content`, 'text')
  }
}

/** Spec §7.5: a pattern is for names in one directory; below it nothing is searched. */
function checkPattern(pattern: string, field: string): void {
  if (pattern !== '' && !pattern.includes('/')) return
  const message = `metadata: ${field} is ${JSON.stringify(pattern)}, expected a pattern for names, without "/" (spec §7.5)`
  throw new FormatError('METADATA_COMMAND', message, { field, got: pattern, want: 'a pattern for names' })
}

function checkSetupCommand(command: string, field: string, check: Check): void {
  const argv = splitCommand(command, field)
  checkExecutable(argv[0] ?? '', field)
  for (const argument of argv) check(argument, field, 'command')
}
