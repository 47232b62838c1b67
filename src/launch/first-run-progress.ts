import type { OnProgress } from '../package/verify.ts'

/** Shorter first runs say nothing: a line that flashes up tells nobody anything. */
const SILENT_MS = 500
const REDRAW_MS = 100
const CLEAR = '\r\x1b[K'

export interface ProgressLineOptions {
  readonly write: (text: string) => void
  /** Asked only when there is something to draw. */
  readonly isTerminal: () => boolean
  /** Milliseconds; only differences count. */
  readonly now: () => number
  /** Of the package. */
  readonly name: string
}

/** The line that a terminal shows during a first run of more than half a second; nothing anywhere else. */
export function progressLine(options: ProgressLineOptions): { onProgress: OnProgress; clear: () => void } {
  let started: number | undefined
  let drawn: number | undefined
  const onProgress: OnProgress = ({ done, total }) => {
    const now = options.now()
    started ??= now
    const isDue = drawn === undefined ? now - started >= SILENT_MS : now - drawn >= REDRAW_MS
    if (!isDue || !options.isTerminal()) return
    drawn = now
    const percent = total > 0 ? ` ${Math.floor((100 * Math.min(done, total)) / total)} %` : ''
    options.write(`${CLEAR}${options.name}: unpacking for the first run${percent}`)
  }
  const clear = () => {
    if (drawn !== undefined) options.write(CLEAR)
    drawn = undefined
  }
  return { onProgress, clear }
}
