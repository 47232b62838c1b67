import { parseAge, parseSize } from '../../workenv/budget.ts'
import { CliError } from '../cli-error.ts'

/**
 * The value of --older-than: `30d`, `12h`; a number alone is days.
 * @returns milliseconds
 * @throws CliError FLAG_VALUE
 */
export function readAge(flag: string, text: string): number {
  return parseAge(withUnit(text, 'd')) ?? refuse(flag, text, 'an age such as 30d, 12h or 2w')
}

/**
 * The value of --max-size: `2GB`, `500MB`, `1GiB`; a number alone is bytes.
 * @returns bytes
 * @throws CliError FLAG_VALUE
 */
export function readSize(flag: string, text: string): number {
  return parseSize(withUnit(text, 'B')) ?? refuse(flag, text, 'a size such as 2GB, 500MB or 1GiB')
}

/** The configuration takes no number alone (workenv §10.5), a person at a terminal may. */
function withUnit(text: string, unit: string): string {
  return /^[0-9]+$/.test(text) ? `${text}${unit}` : text
}

function refuse(flag: string, got: string, want: string): never {
  throw new CliError('FLAG_VALUE', `${flag} has ${JSON.stringify(got)}, expected ${want}`, { flag, got, want })
}
