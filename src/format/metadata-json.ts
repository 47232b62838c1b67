import { FormatError } from './format-error.ts'
import { MAX_METADATA_DEPTH } from './limits.ts'

const BOM = [0xef, 0xbb, 0xbf]
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/
/** Names that JavaScript's libraries drop or treat as their own; an object that lost a key would be another object elsewhere. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])

/**
 * Spec §5.2: UTF-8 without a byte order mark, JSON (RFC 8259) without duplicate keys, at most 32 levels deep, every number an
 * integer that a double holds exactly, every string Unicode, no key with a meaning of its own in JavaScript. JSON parsers differ
 * on all of these, and a difference between two readers is an attack.
 * @throws FormatError METADATA_UTF8, METADATA_JSON, METADATA_DUPLICATE_KEY, METADATA_DEPTH, METADATA_NUMBER
 */
export function parseMetadataJson(bytes: Uint8Array): unknown {
  if (BOM.every((byte, position) => bytes[position] === byte)) {
    throw new FormatError('METADATA_UTF8', 'metadata begins with a byte order mark, expected "{" (spec §5.2)', {
      offset: '0',
    })
  }
  const text = decodeUtf8(bytes)
  scan(text)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `metadata is not JSON: ${cause instanceof Error ? cause.message : cause} (spec §5.2)`
    throw new FormatError('METADATA_JSON', message, {}, { cause })
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new FormatError('METADATA_UTF8', 'metadata holds bytes that are not UTF-8 (spec §5.2)', {}, { cause })
  }
}

/**
 * Walks the tokens once, before `JSON.parse` may recurse. It only has to be right on texts that are JSON: whatever it lets pass
 * is parsed strictly afterwards. It holds the keys of the objects that are open.
 */
function scan(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let position = 0
  let expectsKey = false
  while (position < text.length) {
    const character = text[position]
    if (character === '"') {
      const end = stringEnd(text, position)
      if (expectsKey) addKey(open.at(-1), text.slice(position, end), position)
      else if (text.slice(position, end).includes('\\u')) stringText(text.slice(position, end), position)
      expectsKey = false
      position = end
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > MAX_METADATA_DEPTH)
        throw scanError('METADATA_DEPTH', position, 'nesting', `${open.length} levels`, '32')
      expectsKey = character === '{'
      position++
    } else if (character === '}' || character === ']') {
      open.pop()
      expectsKey = false
      position++
    } else if (character === ',') {
      expectsKey = open.at(-1) !== undefined
      position++
    } else if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) {
      position = numberEnd(text, position)
    } else {
      position++
    }
  }
}

function stringEnd(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    if (text[position] === '\\') position++
    else if (text[position] === '"') return position + 1
  }
  return text.length
}

function numberEnd(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && /[-+0-9.eE]/.test(text[end] ?? '')) end++
  const literal = text.slice(start, end)
  if (!INTEGER.test(literal) || !Number.isSafeInteger(Number(literal)) || literal === '-0') {
    throw scanError('METADATA_NUMBER', start, 'number', literal, 'an integer of at most 2^53 - 1')
  }
  return end
}

function addKey(keys: Set<string> | undefined, literal: string, position: number): void {
  if (keys === undefined) return
  const key = stringText(literal, position)
  if (FORBIDDEN_KEYS.has(key)) throw scanError('METADATA_JSON', position, 'key', literal, 'another name')
  if (keys.has(key)) throw scanError('METADATA_DUPLICATE_KEY', position, 'key', literal, 'each key once')
  keys.add(key)
}

/**
 * Keys are compared as the strings they mean: `"a"` and `"\u0061"` are one key. Half of a surrogate pair means no character:
 * JavaScript keeps it, others replace or refuse it.
 */
function stringText(literal: string, position: number): string {
  let value: string
  try {
    value = JSON.parse(literal)
  } catch (cause) {
    throw new FormatError('METADATA_JSON', `metadata: bad string at character ${position} (spec §5.2)`, {}, { cause })
  }
  if (value.isWellFormed()) return value
  throw scanError('METADATA_JSON', position, 'string', literal, 'no half of a surrogate pair')
}

type ScanCode = 'METADATA_JSON' | 'METADATA_DEPTH' | 'METADATA_NUMBER' | 'METADATA_DUPLICATE_KEY'

function scanError(code: ScanCode, position: number, field: string, got: string, want: string): FormatError {
  const shown = got.length > 80 ? `${got.slice(0, 77)}...` : got
  const message = `metadata: ${field} at character ${position} is ${shown}, expected ${want} (spec §5.2)`
  return new FormatError(code, message, { offset: `${position}`, field, got: shown, want })
}
