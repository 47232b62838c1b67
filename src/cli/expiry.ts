import { CliError } from './cli-error.ts'

/** A day, or a second, in UTC (RFC 3339). */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})Z)?$/

/**
 * Seconds since 1970 of `--expires`; a day ends the package at its beginning.
 * @throws CliError FLAG_VALUE
 */
export function parseExpiry(text: string): number {
  const [, day = '', time = '00:00:00'] = TIME.exec(text) ?? []
  const canonical = `${day}T${time}.000Z`
  const date = new Date(canonical)
  // 2027-02-30 would be another day.
  if (!Number.isNaN(date.getTime()) && date.getTime() >= 0 && date.toISOString() === canonical)
    return date.getTime() / 1000
  const want = 'a day such as 2027-01-31, or 2027-01-31T12:00:00Z'
  throw new CliError('FLAG_VALUE', `--expires is ${JSON.stringify(text)}, expected ${want}`, {
    flag: '--expires',
    got: text,
    want,
  })
}
