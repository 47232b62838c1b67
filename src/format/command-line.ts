import { FormatError } from './format-error.ts'

/** Where the splitter stands. */
type Quote = 'none' | 'single' | 'double'

/** Spec §5.6: what separates arguments outside of quotes. */
const BLANK = /[ \t\n]/
/** Spec §5.6: what a backslash makes literal inside of double quotes; before anything else it is itself. */
const ESCAPABLE = /["\\$`]/

/**
 * Spec §5.6: splits `execution.command` as a POSIX shell splits words, and does nothing else that a shell does. Placeholders are
 * substituted after it, so that a value with spaces stays one argument.
 * @throws FormatError METADATA_COMMAND for a quote that is not closed, a backslash at the end, and a command without arguments
 */
export function splitCommand(command: string, field: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: Quote = 'none'
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at)
    const next = command.charAt(at + 1)
    if (quote === 'single') {
      if (char === "'") quote = 'none'
      else word += char
    } else if (char === '\\' && (quote === 'none' || ESCAPABLE.test(next))) {
      if (next === '') throw commandError(command, field, 'ends with a backslash')
      word = (word ?? '') + next
      at++
    } else if (char === '"') {
      quote = quote === 'double' ? 'none' : 'double'
      word ??= ''
    } else if (char === "'" && quote === 'none') {
      quote = 'single'
      word ??= ''
    } else if (quote === 'none' && BLANK.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + char
    }
  }
  if (quote !== 'none') throw commandError(command, field, `has a ${quote} quote that is not closed`)
  if (word !== undefined) words.push(word)
  if (words.length === 0) throw commandError(command, field, 'holds no argument')
  return words
}

function commandError(command: string, field: string, fault: string): FormatError {
  const message = `metadata: ${field} ${JSON.stringify(command)} ${fault}, expected arguments (spec §5.6)`
  return new FormatError('METADATA_COMMAND', message, { field, got: command, want: 'arguments' })
}
