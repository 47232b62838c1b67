import { nearest } from '../manifest/did-you-mean.ts'
import { VERSION } from '../version.ts'
import { CliError } from './cli-error.ts'
import { groupHelp, rootHelp, verbHelp } from './help.ts'
import { parseArguments } from './parse-arguments.ts'
import { paintFor } from './ui/colour.ts'
import { asFlavorError, errorLines, errorObject, stackLines } from './ui/error-lines.ts'
import { createIo } from './ui/io.ts'
import { plainJson } from './ui/plain-text.ts'
import type { Terminal } from './ui/terminal.ts'
import type { Invocation, Verb } from './verb.ts'
import { GROUPS, loadAllVerbs, loadVerb, VERBS } from './verbs.ts'

/** Runs one command line and returns its exit code. The only place that turns an error into one. */
export async function runCli(words: readonly string[], terminal: Terminal): Promise<number> {
  const call: Call = { words, terminal, verb: undefined }
  try {
    return await dispatch(call)
  } catch (thrown) {
    return reportFailure(words, terminal, thrown, call.verb)
  }
}

interface Call {
  readonly words: readonly string[]
  readonly terminal: Terminal
  /** Known as soon as it is found, because it decides the exit code of a failure. */
  verb: Verb | undefined
}

async function dispatch(call: Call): Promise<number> {
  const { words, terminal } = call
  const start = words.findIndex(word => !isLeadingFlag(word))
  const leading = start < 0 ? words : words.slice(0, start)
  const rest = start < 0 ? [] : words.slice(start)
  if (leading.includes('--version') || leading.includes('-V')) return version(call)
  const [first = '', second = ''] = rest
  if (first === '' && !wantsHelp(leading)) throw verbMissing()
  if (first === '' || (first === 'help' && second === '')) {
    terminal.stdout.write(rootHelp(await loadAllVerbs(), VERSION))
    return 0
  }
  if (first === 'help') return dispatch({ ...call, words: [...rest.slice(1), '--help'] })
  const isGroup = Object.hasOwn(GROUPS, first)
  const name = isGroup ? `${first} ${second}` : first
  call.verb = await loadVerb(name)
  if (call.verb === undefined) return isGroup ? group(call, first, second, leading) : refuseVerb(first)
  return runVerb(call.verb, [...leading, ...rest.slice(isGroup ? 2 : 1)], terminal)
}

async function runVerb(verb: Verb, words: readonly string[], terminal: Terminal): Promise<number> {
  const { args, options } = parseArguments(verb, words)
  if (options.help === true) {
    terminal.stdout.write(verbHelp(verb))
    return 0
  }
  const modes = { quiet: options.quiet === true, json: options.json === true, noColor: options['no-color'] === true }
  const io = createIo(terminal, modes)
  // Lists of repeatable flags are told by the types of each verb only.
  const run = () => verb.run({ args, options: options as Invocation['options'], io })
  if (verb.interruptible) terminal.interruption.watch()
  try {
    return await (verb.interruptible ? terminal.interruption.watched(run) : run())
  } finally {
    io.close()
    terminal.interruption.unwatch()
  }
}

/** Flags may stand before the verb; -h and -V only there for flavor itself. */
function isLeadingFlag(word: string): boolean {
  return /^-./.test(word) && word !== '--'
}

function wantsHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h')
}

function version({ words, terminal }: Call): number {
  terminal.stdout.write(
    words.includes('--json') ? `${JSON.stringify({ type: 'version', version: VERSION })}\n` : `flavor ${VERSION}\n`,
  )
  return 0
}

async function group(call: Call, name: string, second: string, leading: readonly string[]): Promise<number> {
  const members = Object.keys(VERBS).filter(verb => verb.startsWith(`${name} `))
  if (wantsHelp([...leading, second])) {
    const verbs = (await loadAllVerbs()).filter(verb => members.includes(verb.name))
    call.terminal.stdout.write(groupHelp(name, GROUPS[name] ?? '', verbs))
    return 0
  }
  const words = members.map(member => member.slice(name.length + 1))
  if (second === '' || second.startsWith('-')) {
    const message = `${name}: no verb was given, expected one of ${words.join(', ')}`
    throw new CliError(
      'VERB_MISSING',
      message,
      { verb: name },
      { hint: `\`flavor ${name} --help\` tells what they do` },
    )
  }
  throw unknownVerb(`${name} ${second}`, second, words, `flavor ${name} --help`)
}

function refuseVerb(name: string): never {
  const words = [...new Set(Object.keys(VERBS).map(verb => verb.split(' ')[0] ?? ''))]
  throw unknownVerb(name, name, words, 'flavor --help')
}

function unknownVerb(name: string, word: string, words: readonly string[], help: string): CliError {
  const guess = nearest(word, words)
  const hint = guess === undefined ? `\`${help}\` lists the verbs` : `did you mean ${guess}?`
  return new CliError('VERB_UNKNOWN', `there is no verb ${JSON.stringify(name)}`, { verb: name }, { hint })
}

function verbMissing(): CliError {
  const hint = '`flavor --help` lists the verbs; `flavor pack` packs the project of this directory'
  return new CliError('VERB_MISSING', 'no verb was given', {}, { hint })
}

/** Prints what was thrown and returns the exit code for it. `verb` is unknown where the command line itself was refused. */
export function reportFailure(words: readonly string[], terminal: Terminal, thrown: unknown, verb?: Verb): number {
  // The process dies by the signal; that says it all.
  if (terminal.interruption.signal !== undefined) return 1
  const error = asFlavorError(thrown)
  const exit = verb?.launcherExits ? error.row.launcherExit : error.row.exit
  const flags = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  if (terminal.environment.FLAVOR_DEBUG === '1') terminal.stderr.write(stackLines(error))
  if (flags.includes('--json')) terminal.stderr.write(`${plainJson(errorObject(error, exit))}\n`)
  else terminal.stderr.write(errorLines(error, paintFor('stderr', terminal, flags.includes('--no-color'))))
  return exit
}
