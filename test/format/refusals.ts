import { expect } from 'vitest'
import { FORMAT_CODES, FormatError } from '../../src/format/format-error.ts'

/** Matches an error by its code, whatever its text is. */
export function refusal(code: string): unknown {
  return expect.objectContaining({ code })
}

/** Runs a parser on hostile bytes: a value or a known refusal, never another exception. */
export function valueOrRefusal<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    expect(Object.keys(FORMAT_CODES)).toContain((error as FormatError).code)
    expect((error as FormatError).message).toContain('(spec §')
    return undefined
  }
}
