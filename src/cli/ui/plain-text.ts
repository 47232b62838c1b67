/**
 * Text that a package, a file name or a server supplied, made safe for a terminal: control characters could move the cursor, rewrite
 * lines that we printed or answer for the user, and bidirectional overrides show a name backwards. Each becomes `\x1b` or `\u202e`.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(UNSAFE, escapeSequence)
}

/** As `plainText`, but line breaks stay, each followed by an indent: no line that somebody else wrote looks like one of ours. */
export function plainLines(text: string, indent = '  '): string {
  return text.trimEnd().split(/\r?\n/).map(plainText).join(`\n${indent}`)
}

/** One line of JSON without characters that a terminal acts on: the escapes mean the same to every parser. */
export function plainJson(value: object): string {
  return JSON.stringify(value).replace(UNSAFE, jsonEscape)
}

/** The same for JSON that somebody else wrote, over as many lines. */
export function plainDocument(text: string): string {
  return text.replace(UNSAFE, character => (character === '\n' ? character : jsonEscape(character)))
}

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }).join('')
}

/** Zero-width and bidirectional controls, line and paragraph separators, the byte order mark, tags. C0, DEL and C1 are \p{Cc}. */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escapeSequence(character: string): string {
  const short = SHORT[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16)}` : `\\u{${code.toString(16)}}`
}
