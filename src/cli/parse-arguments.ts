import type { ParseArgsOptionDescriptor } from 'node:util'
import { nearest } from '../manifest/did-you-mean.ts'
import { CliError } from './cli-error.ts'
import { type Argument, type Flag, type Flags, GLOBAL_FLAGS, type Invocation, type Verb } from './verb.ts'

export type ParsedOptions = Record<string, string | number | boolean | readonly string[] | undefined>

export interface ParsedArguments {
  readonly args: Invocation['args']
  readonly options: ParsedOptions
}

interface OptionToken {
  readonly kind: 'option'
  readonly index: number
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

/**
 * Checks the words after a verb against its table. node:util's parser and not cac's does the splitting: cac turns values that look
 * like numbers into numbers, so that `--python 3.10` arrives as 3.1, knows no verbs of two words, and cannot stop at an argument.
 * @throws CliError FLAG_*, ARGUMENT_*
 */
export function parseArguments(verb: Verb, words: readonly string[]): ParsedArguments {
  const flags: Flags = { ...verb.flags, ...GLOBAL_FLAGS }
  const stop = verbatimStart(verb, words, flags)
  const tokens = tokenize(words.slice(0, stop), flags)
  const options: ParsedOptions = {}
  const values: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') values.push(token.value)
    if (token.kind === 'option') readOption(verb, flags, token as OptionToken, options)
  }
  for (const [name, flag] of Object.entries(flags)) options[name] ??= absentValue(flag)
  values.push(...words.slice(stop))
  // --help answers, whatever else is missing.
  return { args: options.help === true ? {} : assignArguments(verb, values), options }
}

function absentValue(flag: Flag): ParsedOptions[string] {
  if (flag.type === 'string' && flag.repeatable) return []
  return flag.type === 'boolean' ? (flag.default ?? false) : flag.default
}

/** Where the program's own arguments begin: `flavor run --json app --json` gives the second --json to the app. */
function verbatimStart(verb: Verb, words: readonly string[], flags: Flags): number {
  const names = Object.entries(verb.arguments)
  const position = names.findIndex(([, argument]) => argument.many === 'verbatim')
  if (position < 0) return words.length
  const positionals = tokenize(words, flags).filter(token => token.kind === 'positional')
  const last = positionals[position - 1]
  return last === undefined ? words.length : last.index + 1
}

function tokenize(words: readonly string[], flags: Flags) {
  const options: Record<string, ParseArgsOptionDescriptor> = {}
  for (const [name, flag] of Object.entries(flags)) {
    const type = flag.type === 'boolean' ? 'boolean' : 'string'
    options[name] = flag.short === undefined ? { type } : { type, short: flag.short }
    if (flag.type === 'boolean' && flag.negatable) options[`no-${name}`] = { type: 'boolean' }
  }
  // An import would read every property of the module; one of them opens stderr, which makes a pipe non-blocking for good.
  const { parseArgs } = process.getBuiltinModule('node:util')
  return parseArgs({
    args: withImpliedValues(words, flags),
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

/** `--flag` before another flag or at the end stands for `--flag=IMPLIED`. One word stays one word: positions are those of `words`. */
function withImpliedValues(words: readonly string[], flags: Flags): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  return words.map((word, position) => {
    const flag = position < end && word.startsWith('--') ? flags[word.slice(2)] : undefined
    const next = words[position + 1]
    const isAlone = next === undefined || /^-./.test(next)
    return flag?.type === 'string' && flag.implied !== undefined && isAlone ? `${word}=${flag.implied}` : word
  })
}

function readOption(verb: Verb, flags: Flags, token: OptionToken, options: ParsedOptions): void {
  const flag = flags[token.name]
  if (flag === undefined || !Object.hasOwn(flags, token.name)) {
    const positive = token.name.startsWith('no-') ? flags[token.name.slice(3)] : undefined
    if (positive?.type !== 'boolean' || !positive.negatable) throw unknownFlag(verb, flags, token)
    refuseValue(verb, token)
    options[token.name.slice(3)] = false
    return
  }
  if (flag.type === 'boolean') {
    refuseValue(verb, token)
    options[token.name] = true
    return
  }
  if (flag.type === 'string' && flag.repeatable) {
    const before = (options[token.name] ?? []) as readonly string[]
    options[token.name] = [...before, `${readValue(verb, flag, token)}`]
    return
  }
  if (options[token.name] !== undefined) {
    const message = `${token.rawName} is given more than once, expected once`
    throw new CliError('FLAG_REPEATED', message, { flag: token.rawName }, helpHint(verb))
  }
  options[token.name] = readValue(verb, flag, token)
}

function readValue(verb: Verb, flag: Exclude<Flag, { type: 'boolean' }>, token: OptionToken): string | number {
  const { value } = token
  const looksLikeFlag = token.inlineValue !== true && value !== undefined && /^-./.test(value)
  if (value === undefined || looksLikeFlag) {
    const got = value === undefined ? 'nothing' : `${value}, which looks like a flag`
    const hint = value === undefined ? helpHint(verb) : { hint: `write ${token.rawName}=${value} if that is the value` }
    throw valueError(token, got, flag.placeholder, hint)
  }
  if (flag.type === 'integer') {
    const number = /^[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= flag.minimum)) throw valueError(token, JSON.stringify(value), `a whole number from ${flag.minimum}`)
    return number
  }
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    const guess = nearest(value, flag.choices)
    const hint = guess === undefined ? {} : { hint: `did you mean ${guess}?` }
    throw valueError(token, JSON.stringify(value), `one of ${flag.choices.join(', ')}`, hint)
  }
  if (value === '') throw valueError(token, 'an empty value', flag.placeholder)
  return value
}

function refuseValue(verb: Verb, token: OptionToken): void {
  if (token.value !== undefined) throw valueError(token, JSON.stringify(token.value), 'no value', helpHint(verb))
}

function assignArguments(verb: Verb, values: readonly string[]): Invocation['args'] {
  const args: Record<string, string | readonly string[] | undefined> = {}
  const declared = Object.entries(verb.arguments)
  for (const [position, [name, argument]] of declared.entries()) {
    const given = argument.many === undefined ? values[position] : values.slice(position)
    if (isMissing(argument, given)) {
      const message = `${verb.name}: ${name} is missing, expected ${argument.description}`
      throw new CliError('ARGUMENT_MISSING', message, { verb: verb.name, field: name }, helpHint(verb))
    }
    if (typeof given === 'string') checkChoice(argument, name, given)
    args[name] = given
  }
  const extra = values[declared.length]
  if (extra !== undefined && declared.at(-1)?.[1].many === undefined) {
    const want = declared.length === 0 ? 'no argument' : declared.map(([name]) => name).join(' ')
    const message = `${verb.name}: ${JSON.stringify(extra)} is one argument too many, expected ${want}`
    throw new CliError('ARGUMENT_EXTRA', message, { verb: verb.name, got: extra, want }, extraHint(verb))
  }
  return args as Invocation['args']
}

function checkChoice(argument: Argument, name: string, given: string): void {
  if (argument.choices === undefined || argument.choices.includes(given)) return
  const guess = nearest(given, argument.choices)
  const want = `one of ${argument.choices.join(', ')}`
  const message = `${name} is ${JSON.stringify(given)}, expected ${want}`
  const hint = guess === undefined ? {} : { hint: `did you mean ${guess}?` }
  throw new CliError('ARGUMENT_VALUE', message, { field: name, got: given, want }, hint)
}

function isMissing(argument: Argument, given: string | readonly string[] | undefined): boolean {
  return (
    !argument.optional && (given === undefined || given === '' || (argument.many === 'values' && given.length === 0))
  )
}

function unknownFlag(verb: Verb, flags: Flags, token: OptionToken): CliError {
  const guess = token.rawName.startsWith('--') ? nearest(token.name, flagNames(flags)) : undefined
  const message = `${verb.name}: there is no flag ${token.rawName}`
  const hint = guess === undefined ? helpHint(verb) : { hint: `did you mean --${guess}?` }
  return new CliError('FLAG_UNKNOWN', message, { verb: verb.name, flag: token.rawName }, hint)
}

/** Every long name that the parser knows, `no-` forms included. */
export function flagNames(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, flag]) =>
    flag.type === 'boolean' && flag.negatable ? [name, `no-${name}`] : [name],
  )
}

function valueError(token: OptionToken, got: string, want: string, options: { hint?: string } = {}): CliError {
  const message = `${token.rawName} has ${got}, expected ${want}`
  return new CliError('FLAG_VALUE', message, { flag: token.rawName, got, want }, options)
}

/** Many name what they want to pack, as other tools have it. */
function extraHint(verb: Verb): { hint: string } {
  if (verb.name !== 'pack') return helpHint(verb)
  return { hint: 'what is packed is the project of this directory, or that of --manifest FILE' }
}

function helpHint(verb: Verb): { hint: string } {
  return { hint: `\`flavor ${verb.name} --help\` lists its flags and arguments` }
}
