import { CliError } from '../cli-error.ts'

const DAY = 86_400_000

/** Milliseconds. */
const AGES: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY }

/** Bytes. */
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * The value of --older-than: `30d`, `12h`; a number alone is days.
 * @returns milliseconds
 * @throws CliError FLAG_VALUE
 */
export function readAge(flag: string, text: string): number {
  return amount(text, AGES, DAY) ?? refuse(flag, text, 'an age such as 30d, 12h or 2w')
}

/**
 * The value of --max-size: `2GB`, `500MB`, `1GiB`; a number alone is bytes.
 * @returns bytes
 * @throws CliError FLAG_VALUE
 */
export function readSize(flag: string, text: string): number {
  return amount(text, SIZES, 1) ?? refuse(flag, text, 'a size such as 2GB, 500MB or 1GiB')
}

function amount(text: string, units: Readonly<Record<string, number>>, plain: number): number | undefined {
  const [, digits, unit = ''] = /^([0-9]{1,15})([A-Za-z]*)$/.exec(text) ?? []
  const name = unit.toLowerCase()
  const factor = name === '' ? plain : Object.hasOwn(units, name) ? units[name] : undefined
  const value = digits === undefined || factor === undefined ? Number.NaN : Number(digits) * factor
  return Number.isSafeInteger(value) ? value : undefined
}

function refuse(flag: string, got: string, want: string): never {
  throw new CliError('FLAG_VALUE', `${flag} has ${JSON.stringify(got)}, expected ${want}`, { flag, got, want })
}
