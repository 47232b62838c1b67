import { isUtf8 } from 'node:buffer'
import { TrustError } from './trust-error.ts'

/** A line that means something, of any file of trust. */
export interface TrustLine {
  /** Up to the one that is asked for, which takes the rest of the line; '' where the line ends before. */
  readonly fields: readonly string[]
  /** From 1. */
  readonly number: number
}

/** Which refusals a kind of file has. */
export interface LineKind {
  readonly code: 'TRUST_LINE' | 'ROTATION_INVALID' | 'DETACHED_SIGNATURE'
  readonly maxBytes: number
  /** How many fields a line has, the comment included. */
  readonly fields: number
  /** What a line begins with. */
  readonly type: string
  /** Such as `trust §2.3`. */
  readonly spec: string
}

/**
 * trust §2.3: the lines of a file but empty ones and those that are comments, cut into fields at blanks.
 * @throws TrustError with the code of the kind, for text that is too long, not UTF-8 or has a NUL
 */
export function trustLines(bytes: Uint8Array, where: string, kind: LineKind): TrustLine[] {
  return decoded(bytes, where, kind)
    .split('\n')
    .map((text, index) => ({ text: text.replace(/\r$/, '').replace(/^[ \t]+/, ''), number: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
    .map(({ text, number }) => ({ fields: cut(text, kind.fields), number }))
}

function decoded(bytes: Uint8Array, where: string, kind: LineKind): string {
  if (bytes.length > kind.maxBytes) {
    const want = `at most ${kind.maxBytes}`
    const message = `${where}: has ${bytes.length} bytes or more, expected ${want} (${kind.spec})`
    throw new TrustError(kind.code, message, { file: where, got: `${bytes.length}`, want })
  }
  if (!isUtf8(bytes)) throw textError(kind, where, 'is not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  if (!text.includes('\0')) return text
  throw textError(kind, where, 'has a NUL')
}

function textError({ code, spec, type }: LineKind, where: string, got: string): TrustError {
  const want = `text with lines that begin with ${type}`
  const hint = 'is it the right file?'
  return new TrustError(code, `${where}: ${got}, expected ${want} (${spec})`, { file: where, got, want }, { hint })
}

function cut(text: string, count: number): string[] {
  const fields: string[] = []
  let rest = text
  while (fields.length < count - 1) {
    const [, field = '', behind = ''] = /^([^ \t]*)[ \t]*(.*)$/s.exec(rest) ?? []
    fields.push(field)
    rest = behind
  }
  return [...fields, rest.replace(/[ \t]+$/, '')]
}

/** Refuses one line of a file. */
export function lineError(
  kind: LineKind,
  where: string,
  line: number,
  got: string,
  want: string,
  hint = 'correct the line, or put # in front of it',
): TrustError {
  const shown = got.length > 80 ? `${got.slice(0, 77)}...` : got
  const message = `${where}:${line}: found ${JSON.stringify(shown)}, expected ${want} (${kind.spec})`
  const detail = { file: where, line: `${line}`, got: shown, want }
  return new TrustError(kind.code, message, detail, { hint })
}
