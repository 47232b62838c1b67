import type { Metadata, RuntimeEnv } from '../format/metadata.ts'
import { type PlaceholderValues, substitute } from '../format/placeholders.ts'
import { commandName } from './command.ts'
import { matchesPattern } from './name-pattern.ts'

/** Spec §7.4: these steer one launch; passed on, they would steer every package that the program starts. */
const CONSUMED = [
  ...['FLAVOR_COMMAND', 'FLAVOR_PYTHON', 'FLAVOR_LAUNCHER_CLI', 'FLAVOR_EXEC_MODE'],
  ...['FLAVOR_WORKENV', 'FLAVOR_PACKAGE_FILE'],
]
const SLOT_PREFIX = 'FLAVOR_SLOT_'
/** Spec §7.2: without these no program of Windows starts. */
const WINDOWS_PASS = ['SYSTEMROOT', 'WINDIR', 'TEMP', 'TMP', 'PATHEXT', 'COMSPEC']
/** Spec §7.4: where the inherited PATH is absent or empty: what the C library would search, without the current directory. */
const DEFAULT_PATH = '/usr/bin:/bin'

export type Variables = Readonly<Record<string, string>>

export interface EnvironmentInput {
  readonly inherited: Readonly<Record<string, string | undefined>>
  readonly metadata: Metadata
  readonly values: PlaceholderValues
  /** argv[0] as the user typed it. */
  readonly invoked: string
  /** Directories that the program finds by a variable, by slot id (spec §7.6). */
  readonly slotDirectories?: Variables
  /** Absolute path of the package, for a program that has lazy slots to ask for. */
  readonly packageFile?: string
}

export interface BuiltEnvironment {
  readonly variables: Record<string, string>
  /** Names that `runtime.env.pass` asks for and that are not set. */
  readonly missing: readonly string[]
}

/**
 * Spec §7.1: inherited, then runtime.env, workenv.env, execution.env, execution.environment, FLAVOR_*, PATH. Each step sees what
 * the ones before it made.
 * @throws FormatError METADATA_PLACEHOLDER
 */
export function buildEnvironment(input: EnvironmentInput): BuiltEnvironment {
  const { metadata, values } = input
  const isWindows = values.os === 'windows'
  const variables = new VariableMap(isWindows)
  for (const [name, value] of Object.entries(input.inherited)) {
    if (value === undefined || isConsumed(name, isWindows) || isSlotKey(name, metadata, isWindows)) continue
    variables.set(name, value)
  }
  const missing = applyRuntimeEnv(variables, metadata.runtime?.env ?? undefined, isWindows)
  const sources = { 'workenv.env': metadata.workenv?.env, 'execution.env': metadata.execution.env }
  for (const [field, source] of Object.entries({
    ...sources,
    'execution.environment': metadata.execution.environment,
  })) {
    for (const [name, value] of Object.entries(source ?? {})) {
      variables.set(name, substitute(value, `${field}.${name}`, values, 'text'))
    }
  }
  for (const [name, value] of Object.entries(flavorVariables(input))) variables.set(name, value)
  variables.set('PATH', searchPath(variables.get('PATH'), values.workenv, isWindows))
  return { variables: variables.toObject(), missing }
}

function isConsumed(name: string, isWindows: boolean): boolean {
  const known = isWindows ? name.toUpperCase() : name
  return CONSUMED.includes(known) || known.startsWith(SLOT_PREFIX)
}

/** Spec §4.7: a key is for the launcher; the program gets it where `runtime.env.pass` names it. */
function isSlotKey(name: string, { slots, runtime }: Metadata, isWindows: boolean): boolean {
  const isName = (known: string) => known === name || (isWindows && known.toUpperCase() === name.toUpperCase())
  const isKey = slots.some(({ key_source }) => key_source?.startsWith('env:') && isName(key_source.slice(4)))
  return isKey && runtime?.env?.pass.some(isName) !== true
}

/**
 * Spec §7.2: `pass` protects from `unset` and `map`; `unset` removes; `map` renames what is left; `set` sets.
 * @returns the names in `pass` that are not set
 */
function applyRuntimeEnv(variables: VariableMap, rules: RuntimeEnv | undefined, isWindows: boolean): string[] {
  if (rules === undefined) return []
  const pass = isWindows ? [...rules.pass, ...WINDOWS_PASS] : rules.pass
  const matches = (patterns: readonly string[], name: string) =>
    patterns.some(pattern =>
      isWindows ? matchesPattern(name.toUpperCase(), pattern.toUpperCase()) : matchesPattern(name, pattern),
    )
  const preserved = new Set(variables.names().filter(name => matches(pass, name)))
  for (const name of variables.names()) {
    if (!preserved.has(name) && matches(rules.unset, name)) variables.delete(name)
  }
  for (const [from, to] of Object.entries(rules.map)) {
    const value = variables.get(from)
    if (value === undefined || preserved.has(variables.nameOf(from))) continue
    variables.delete(from)
    variables.set(to, value)
  }
  for (const [name, value] of Object.entries(rules.set)) variables.set(name, value)
  return rules.pass.filter(name => !/[*?[]/.test(name) && variables.get(name) === undefined)
}

/** Spec §7.4. */
function flavorVariables({
  metadata,
  values,
  invoked,
  slotDirectories = {},
  packageFile,
}: EnvironmentInput): Variables {
  const slots = Object.entries(slotDirectories).map(([id, path]) => [slotVariable(id), path])
  return {
    ...(values.workenv === '' ? {} : { FLAVOR_WORKENV: values.workenv }),
    FLAVOR_ORIGINAL_COMMAND: invoked,
    FLAVOR_COMMAND_NAME: commandName(invoked),
    FLAVOR_PACKAGE: metadata.package.name,
    FLAVOR_VERSION: metadata.package.version,
    FLAVOR_OS: values.os,
    FLAVOR_ARCH: values.arch,
    FLAVOR_PLATFORM: values.platform,
    ...(packageFile === undefined ? {} : { FLAVOR_PACKAGE_FILE: packageFile }),
    ...Object.fromEntries(slots),
  }
}

/** Spec §7.4: `FLAVOR_SLOT_` and the id in capitals, with `_` for everything that is no letter or digit. */
export function slotVariable(id: string): string {
  return SLOT_PREFIX + id.toUpperCase().replace(/[^A-Z0-9]/gu, '_')
}

/** An empty component would be the current directory, so an absent or empty PATH does not become one. */
function searchPath(inherited: string | undefined, workenv: string, isWindows: boolean): string {
  if (isWindows) return [`${workenv}\\bin`, inherited].filter(part => part !== undefined && part !== '').join(';')
  const rest = inherited === undefined || inherited === '' ? DEFAULT_PATH : inherited
  return workenv === '' ? rest : `${workenv}/bin:${rest}`
}

/** Variables by name; on Windows `Path` and `PATH` are one, under the name that it had first. */
class VariableMap {
  readonly #entries = new Map<string, { name: string; value: string }>()
  readonly #ignoresCase: boolean

  constructor(ignoresCase: boolean) {
    this.#ignoresCase = ignoresCase
  }

  get(name: string): string | undefined {
    return this.#entries.get(this.#key(name))?.value
  }

  set(name: string, value: string): void {
    this.#entries.set(this.#key(name), { name: this.nameOf(name), value })
  }

  delete(name: string): void {
    this.#entries.delete(this.#key(name))
  }

  nameOf(name: string): string {
    return this.#entries.get(this.#key(name))?.name ?? name
  }

  names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name)
  }

  toObject(): Record<string, string> {
    // A variable may be called __proto__.
    const variables: Record<string, string> = Object.create(null)
    for (const { name, value } of this.#entries.values()) variables[name] = value
    return variables
  }

  #key(name: string): string {
    return this.#ignoresCase ? name.toUpperCase() : name
  }
}
