import type { Variables } from '../crypto/config-directory.ts'
import { BuilderError } from './builder-error.ts'

/** 1 January 1980: zip files, which wheels are, know no earlier time, and zipfile fails on one. */
export const EARLIEST_DATE = 315_532_800
/** The end of the year 9999: later years have no four digits, which the timestamp of the metadata has room for. */
const LATEST_DATE = 253_402_300_799

/**
 * The one time that goes into a package, in seconds: SOURCE_DATE_EPOCH, or 1980, so that the same inputs give the same bytes. A time
 * before 1980 becomes 1980.
 * @throws BuilderError SOURCE_DATE
 */
export function sourceDate(environment: Variables): number {
  const text = environment.SOURCE_DATE_EPOCH
  if (text === undefined || text === '') return EARLIEST_DATE
  const seconds = /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds <= LATEST_DATE)) {
    const message = `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, expected whole seconds since 1970`
    const hint = 'set it to a number such as that of `git log -1 --format=%ct`, or unset it'
    throw new BuilderError('SOURCE_DATE', message, { field: 'SOURCE_DATE_EPOCH', got: text }, { hint })
  }
  return Math.max(seconds, EARLIEST_DATE)
}
