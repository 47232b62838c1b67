import type { ExitCode } from './exit-codes.ts'
import type { Io } from './ui/io.ts'

/** What a shell can offer where a value stands. */
export type Completion = 'file' | 'directory' | 'none'

interface FlagBase {
  /** One lower-case clause, for --help, docs/cli.md and the completions. */
  readonly description: string
  /** One letter, without the dash. */
  readonly short?: string
}

export interface BooleanFlag extends FlagBase {
  readonly type: 'boolean'
  readonly default?: boolean
  /** `--no-NAME` switches it off. */
  readonly negatable?: true
}

export interface StringFlag extends FlagBase {
  readonly type: 'string'
  /** What stands for the value in help: `FILE`. */
  readonly placeholder: string
  readonly default?: string
  /** The only values that are allowed. */
  readonly choices?: readonly string[]
  readonly completion?: Completion
  /** May be given more than once: the option is a list, empty where it was not given. */
  readonly repeatable?: true
  /** The value where the flag is given without one. */
  readonly implied?: string
}

export interface IntegerFlag extends FlagBase {
  readonly type: 'integer'
  readonly placeholder: string
  readonly default?: number
  readonly minimum: number
}

export type Flag = BooleanFlag | StringFlag | IntegerFlag
export type Flags = Readonly<Record<string, Flag>>

export interface Argument {
  readonly description: string
  /** Default: required. */
  readonly optional?: true
  /** The last argument only: takes all that follow. `verbatim` also stops the flags, as a program's own arguments must. */
  readonly many?: 'values' | 'verbatim'
  /** The only values that are allowed. */
  readonly choices?: readonly string[]
  readonly completion?: Completion
}
export type Arguments = Readonly<Record<string, Argument>>

type OptionOf<F extends Flag> = F extends BooleanFlag
  ? boolean
  : F extends IntegerFlag
    ? number | Absent<F>
    : F extends { readonly repeatable: true }
      ? readonly string[]
      : F extends { readonly choices: readonly (infer Choice extends string)[] }
        ? Choice | Absent<F>
        : string | Absent<F>
type Absent<F> = F extends { readonly default: string | number } ? never : undefined

type ArgumentOf<A extends Argument> = A extends { readonly many: string }
  ? readonly string[]
  : A extends { readonly choices: readonly (infer Choice extends string)[] }
    ? Choice
    : A extends { readonly optional: true }
      ? string | undefined
      : string

/** What one call of a verb gets. Keys are the names as the user types them: `options['out-dir']`, `args.FILE`. */
export interface Invocation<A extends Arguments = Arguments, F extends Flags = Flags> {
  readonly args: { readonly [Name in keyof A]: ArgumentOf<A[Name]> }
  readonly options: { readonly [Name in keyof F]: OptionOf<F[Name]> }
  readonly io: Io
}

export interface Example {
  readonly command: string
  readonly description: string
}

/** One verb as data, and what it does. Parser, --help, docs/cli.md and the completions are all made from this. */
export interface Verb<A extends Arguments = Arguments, F extends Flags = Flags> {
  /** One word, or a group and a word: `workenv list`. */
  readonly name: string
  /** One line, a clause that begins with a verb and has no full stop. */
  readonly summary: string
  /** More, in sentences. */
  readonly description?: string
  readonly arguments: A
  readonly flags: F
  readonly examples: readonly Example[]
  /** Beside 0, 1 and 2, which every verb may return. */
  readonly exits?: readonly ExitCode[]
  /** The failures of its own are those of a launcher (101 to 110), because all other codes are the program's. */
  readonly launcherExits?: true
  /** Has files to take away when a signal ends it: the signal is then held until they are gone. */
  readonly interruptible?: true
  /** The object that --json prints: each field, nested ones as `slots[].id`, and what it says. */
  readonly json: Readonly<Record<string, string>>
  /** Returns the exit code. */
  run(invocation: Invocation<A, F>): Promise<number>
}

/** Infers the types of arguments and options from the declaration. */
export function defineVerb<const A extends Arguments, const F extends Flags>(verb: Verb<A, F>): Verb<A, F> {
  return verb
}

/** Every verb has these. `quiet`, `json` and `no-color` are read by the frame, before the verb runs. */
export const GLOBAL_FLAGS = {
  quiet: { type: 'boolean', short: 'q', description: 'print nothing but errors and the data that was asked for' },
  json: { type: 'boolean', description: 'print one JSON object on stdout; errors become one JSON object on stderr' },
  'no-color': { type: 'boolean', description: 'no colours, as with NO_COLOR' },
  help: { type: 'boolean', short: 'h', description: 'show this help' },
} as const satisfies Flags
