import type { Terminal } from './terminal.ts'

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

export type Style = keyof typeof CODES

/** Puts styles around text, or nothing where there are no colours. */
export type Paint = (text: string, ...styles: readonly Style[]) => string

/** Colours for one stream: a terminal that is not dumb, unless NO_COLOR (any value but empty) or --no-color says otherwise. */
export function paintFor(stream: 'stdout' | 'stderr', terminal: Terminal, noColor: boolean): Paint {
  const { NO_COLOR, TERM } = terminal.environment
  const off = noColor || (NO_COLOR ?? '') !== '' || TERM === 'dumb' || !terminal[stream].isTTY
  return off ? text => text : (text, ...styles) => styles.reduce(wrap, text)
}

function wrap(text: string, style: Style): string {
  const [start, end] = CODES[style]
  return `\u001b[${start}m${text}\u001b[${end}m`
}
