import { FlavorError } from '../../src/format/flavor-error.ts'

/** Stands in no number, hash or code; a text that holds it shifts the fields, which both sides do alike. */
export const SEPARATOR = '\u{1f}'

type Fields = readonly (string | number | bigint | boolean)[]

/** `ok` and what was found, or the code of the refusal; launchers/fuzz says the same. Anything else that is thrown is a finding. */
export async function answerOf(read: () => Fields | Promise<Fields>): Promise<string> {
  try {
    return `ok ${(await read()).join(SEPARATOR)}`
  } catch (error) {
    if (error instanceof FlavorError) return error.code
    throw error
  }
}

/** An input that is no text is answered alike by both sides, and never reaches a reader. */
export function withText(bytes: Uint8Array, read: (text: string) => Promise<string>): Promise<string> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Promise.resolve('no text')
  }
  return read(text)
}
