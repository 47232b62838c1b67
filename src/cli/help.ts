import { EXIT_CODES, type ExitCode, LAUNCHER_EXIT_CODES } from './exit-codes.ts'
import { formatTable, wrapText } from './ui/table.ts'
import { type Argument, type Flag, type Flags, GLOBAL_FLAGS, type Verb } from './verb.ts'

const WIDTH = 100

/** `flavor --help`. */
export function rootHelp(verbs: readonly Verb[], version: string): string {
  const list = verbs.map(verb => [`  ${verb.name}`, verb.summary])
  return [
    `flavor ${version}: packs a project into one signed file that runs`,
    '',
    'Usage: flavor VERB [FLAGS] [ARGUMENTS]',
    '',
    'Verbs:',
    ...formatTable(list),
    '',
    'Flags of every verb:',
    ...flagLines(GLOBAL_FLAGS),
    '',
    '`flavor VERB --help` tells more about one; `flavor --version` prints the version.',
    '',
  ].join('\n')
}

/** `flavor workenv --help`. */
export function groupHelp(group: string, summary: string, verbs: readonly Verb[]): string {
  const list = verbs.map(verb => [`  ${verb.name}`, verb.summary])
  return [
    `flavor ${group}: ${summary}`,
    '',
    `Usage: flavor ${group} VERB [FLAGS] [ARGUMENTS]`,
    '',
    'Verbs:',
    ...formatTable(list),
    '',
  ].join('\n')
}

/** `flavor VERB --help`. */
export function verbHelp(verb: Verb): string {
  const parts = [`flavor ${verb.name}: ${verb.summary}`, '', `Usage: ${usage(verb)}`]
  if (verb.description !== undefined) {
    for (const paragraph of verb.description.split('\n')) parts.push('', ...wrapText(paragraph, WIDTH))
  }
  const args = Object.entries(verb.arguments).map(([name, argument]) => [`  ${name}`, argumentText(argument)])
  if (args.length > 0) parts.push('', 'Arguments:', ...formatTable(args))
  if (Object.keys(verb.flags).length > 0) parts.push('', 'Flags:', ...flagLines(verb.flags))
  parts.push('', 'Flags of every verb:', ...flagLines(GLOBAL_FLAGS))
  parts.push('', 'Examples:')
  for (const example of verb.examples) parts.push(`  ${example.command}`, `      ${example.description}`)
  parts.push('', 'Exit codes:', ...formatTable(exitRows(verb).map(([code, meaning]) => [`  ${code}`, meaning])), '')
  return parts.join('\n')
}

/** `flavor extract [FLAGS] FILE SLOT OUT`. */
export function usage(verb: Verb): string {
  const args = Object.entries(verb.arguments).map(([name, argument]) => {
    const text = argument.many === undefined ? name : `${name}...`
    return argument.optional ? `[${text}]` : text
  })
  return ['flavor', verb.name, '[FLAGS]', ...args].join(' ')
}

/** Code and meaning, ascending. */
export function exitRows(verb: Verb): [string, string][] {
  if (verb.launcherExits) {
    const own = Object.entries(LAUNCHER_EXIT_CODES)
    return [['0-255', 'those of the program; death by a signal is passed on'], ...own]
  }
  const codes = new Set<ExitCode>([0, 1, 2, ...(verb.exits ?? [])])
  return [...codes].sort((a, b) => a - b).map(code => [`${code}`, EXIT_CODES[code]])
}

function flagLines(flags: Flags): string[] {
  return formatTable(Object.entries(flags).map(([name, flag]) => [`  ${flagUsage(name, flag)}`, flagText(flag)]))
}

/** `-f, --force`, `--[no-]verify`, `--older-than DAYS`. */
export function flagUsage(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `
  if (flag.type === 'boolean') return `${short}--${flag.negatable ? '[no-]' : ''}${name}`
  return `${short}--${name} ${flag.placeholder}`
}

export function argumentText(argument: Argument): string {
  return argument.choices === undefined
    ? argument.description
    : `${argument.description}: ${argument.choices.join(', ')}`
}

/** The description with the choices and the default. */
export function flagText(flag: Flag): string {
  const choices = flag.type === 'string' && flag.choices !== undefined ? `: ${flag.choices.join(', ')}` : ''
  const shown = flag.type === 'boolean' ? (flag.negatable ? (flag.default ? 'on' : 'off') : undefined) : flag.default
  const again = flag.type === 'string' && flag.repeatable ? '; may be repeated' : ''
  return `${flag.description}${choices}${again}${shown === undefined ? '' : ` (default: ${shown})`}`
}
