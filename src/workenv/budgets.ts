import { closeSync, constants, openSync, readSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { parseAge, parseSize } from './budget.ts'
import { absolute } from './ladder.ts'
import type { Environment, Machine } from './machine.ts'
import { errorCode } from './rung-failure.ts'

/** What the user wants to keep of the cache; undefined is off. */
export interface Budgets {
  /** Milliseconds. */
  readonly maxAge: number | undefined
  /** Bytes. */
  readonly maxSize: number | undefined
}

/** The user's `config.toml`, with where it is. */
export interface ConfigFile {
  readonly path: string
  /** Undefined where there is none; `unreadable` where it cannot be opened, is too long or not UTF-8. */
  readonly text: string | undefined | { readonly unreadable: true }
}

export interface BudgetsRead {
  readonly budgets: Budgets
  /** A sentence for each setting that cannot be understood: that budget is off then, because nothing is removed on a guess. */
  readonly warnings: readonly string[]
}

/** Reads TOML, and throws for anything else. */
export type ParseToml = (text: string) => unknown

interface Budget {
  readonly variable: 'FLAVOR_CACHE_MAX_AGE' | 'FLAVOR_CACHE_MAX_SIZE'
  readonly key: 'max-age' | 'max-size'
  readonly default: string
  readonly example: string
  readonly parse: (text: string) => number | undefined
}

const AGE: Budget = {
  variable: 'FLAVOR_CACHE_MAX_AGE',
  key: 'max-age',
  default: '30d',
  example: 'an age such as 30d',
  parse: parseAge,
}
const SIZE: Budget = {
  variable: 'FLAVOR_CACHE_MAX_SIZE',
  key: 'max-size',
  default: '0',
  example: 'a size such as 2GB',
  parse: parseSize,
}

/** Room for the settings of everything that will ever be; more is somebody else's file. */
const MAX_CONFIG_BYTES = 65_536

/** workenv §10.5: variables before the file, the file before the defaults. */
export function budgetsOf(environment: Environment, { path, text }: ConfigFile, parseToml: ParseToml): BudgetsRead {
  const warnings = new Set<string>()
  const table = typeof text === 'object' ? undefined : text === undefined ? {} : cacheTable(text, parseToml)
  const amount = (budget: Budget): number | undefined => {
    const value = environment[budget.variable] ?? ''
    if (value === '' && table === undefined) {
      warnings.add(`${path}: is not TOML with one table cache: its limits are off (workenv §10.5)`)
      return undefined
    }
    const setting = value !== '' ? value : settingText(table?.[budget.key], budget.default)
    const place = value !== '' ? budget.variable : `${path}: cache.${budget.key}`
    const found = setting === undefined ? undefined : budget.parse(setting)
    if (found === undefined) warnings.add(`${place} is not ${budget.example}: this limit is off (workenv §10.5)`)
    return found === 0 ? undefined : found
  }
  const budgets = { maxAge: amount(AGE), maxSize: amount(SIZE) }
  return { budgets, warnings: [...warnings] }
}

/** workenv §10.5: of a caller without our rights, neither the variables nor the file count. */
export async function readBudgets(machine: Machine): Promise<BudgetsRead> {
  const { environment, isPrivileged } = machine
  if (isPrivileged) return budgetsOf({}, { path: '', text: undefined }, noToml)
  const path = configPath(machine)
  const text = path === undefined ? undefined : readConfig(path)
  // Hardly anybody has the file: the parser is loaded for those who do.
  const { parse } = typeof text === 'string' ? await import('smol-toml') : { parse: noToml }
  return budgetsOf(environment, { path: path ?? '', text }, parse)
}

function noToml(): never {
  throw new Error('there is no file')
}

function cacheTable(text: string, parseToml: ParseToml): Readonly<Record<string, unknown>> | undefined {
  let cache: unknown
  try {
    cache = (parseToml(text) as { cache?: unknown }).cache ?? {}
  } catch {
    return undefined
  }
  return isTable(cache) ? cache : undefined
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** A text, or the number 0; undefined for any other type of TOML. */
function settingText(value: unknown, byDefault: string): string | undefined {
  if (value === undefined) return byDefault
  if (value === 0) return '0'
  return typeof value === 'string' ? value : undefined
}

/** As `configDirectory` has it, but from the variables alone (workenv §1.1); undefined where none says where it is. */
function configPath({ environment, platform }: Machine): string | undefined {
  const below = (variable: string, ...names: string[]): string | undefined => {
    const directory = absolute(environment[variable], platform)
    return directory === undefined ? undefined : (platform === 'win32' ? win32 : posix).join(directory, ...names)
  }
  const file = ['flavor', 'config.toml']
  if (platform === 'win32') return below('APPDATA', ...file)
  if (platform === 'darwin') return below('HOME', 'Library/Application Support', ...file)
  return below('XDG_CONFIG_HOME', ...file) ?? below('HOME', '.config', ...file)
}

/** Never waits for what somebody put there in place of a file. */
function readConfig(path: string): ConfigFile['text'] {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR' ? undefined : { unreadable: true }
  }
  try {
    const bytes = Buffer.alloc(MAX_CONFIG_BYTES + 1)
    let length = 0
    for (let count = -1; count !== 0 && length < bytes.length; length += count) {
      count = readSync(fd, bytes, length, bytes.length - length, null)
    }
    if (length > MAX_CONFIG_BYTES) return { unreadable: true }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length))
  } catch {
    return { unreadable: true }
  } finally {
    closeSync(fd)
  }
}
