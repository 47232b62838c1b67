import type { Paint } from './colour.ts'
import { plainText } from './plain-text.ts'
import { formatBytes, formatDuration } from './quantity.ts'
import type { Terminal } from './terminal.ts'

/** What the rooms below report: bytes of one step, or of several that are counted as one. */
export interface ProgressEvent {
  readonly step: string
  readonly done: number
  readonly total: number
}

/** One line about long work. On a terminal it is rewritten, in a pipe each step is one line; with -q and --json there is none. */
export interface Progress {
  readonly onProgress: (event: ProgressEvent) => void
  /** Takes the line away until the next event, so that something else can be printed. */
  clear(): void
  stop(): void
}

export interface ProgressOptions {
  readonly quiet: boolean
  readonly json: boolean
  readonly paint: Paint
}

/** Below this a step is over before a bar could be read. */
const BAR_FROM_BYTES = 8 * 1024 * 1024
/** Nobody reads faster; each redraw costs a write. */
const REDRAW_MS = 100
/** A time left is a guess until this much is done. */
const GUESS_AFTER_MS = 1000
const FRAMES = ['|', '/', '-', '\\']
const CLEAR_LINE = '\r\u001b[K'

export function startProgress(terminal: Terminal, options: ProgressOptions): Progress {
  const progress = options.quiet || options.json ? SILENT : visibleProgress(terminal, options.paint)
  return {
    // Long work reports often, so this is where a signal can end it.
    onProgress: event => {
      terminal.interruption.check()
      // A step names slots, whose ids are the package's own text.
      progress.onProgress({ ...event, step: plainText(event.step) })
    },
    clear: () => progress.clear(),
    stop: () => progress.stop(),
  }
}

const SILENT: Progress = { onProgress: () => {}, clear: () => {}, stop: () => {} }

function visibleProgress(terminal: Terminal, paint: Paint): Progress {
  return terminal.stderr.isTTY ? new LiveProgress(terminal, paint) : new PlainProgress(terminal)
}

class PlainProgress implements Progress {
  readonly #terminal: Terminal
  #step = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  readonly onProgress = (event: ProgressEvent): void => {
    if (event.step === this.#step) return
    this.#step = event.step
    this.#terminal.stderr.write(`flavor: ${event.step}\n`)
  }

  clear(): void {}
  stop(): void {}
}

class LiveProgress implements Progress {
  readonly #terminal: Terminal
  readonly #paint: Paint
  #event: ProgressEvent | undefined
  #started = 0
  #firstDone = 0
  #drawn = Number.NEGATIVE_INFINITY
  #frame = 0
  #shown = false
  readonly #timer: NodeJS.Timeout

  constructor(terminal: Terminal, paint: Paint) {
    this.#terminal = terminal
    this.#paint = paint
    // Turns the spinner while another program works and nothing is reported.
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
    this.#timer.unref()
  }

  readonly onProgress = (event: ProgressEvent): void => {
    if (event.step !== this.#event?.step || event.total !== this.#event.total) {
      this.#started = this.#terminal.now()
      this.#firstDone = event.done
      this.#drawn = Number.NEGATIVE_INFINITY
    }
    this.#event = event
    if (this.#terminal.now() - this.#drawn >= REDRAW_MS) this.#draw()
  }

  clear(): void {
    if (this.#shown) this.#terminal.stderr.write(CLEAR_LINE)
    this.#shown = false
  }

  stop(): void {
    clearInterval(this.#timer)
    this.clear()
    this.#event = undefined
  }

  #draw(): void {
    if (this.#event === undefined) return
    this.#drawn = this.#terminal.now()
    this.#frame = (this.#frame + 1) % FRAMES.length
    const line = progressLine(this.#event, this.#drawn - this.#started, this.#firstDone)
    const spinner = this.#paint(FRAMES[this.#frame] ?? '', 'cyan')
    // A line that wraps could not be taken away again.
    this.#terminal.stderr.write(
      `${CLEAR_LINE}${spinner} ${line.slice(0, Math.max(0, this.#terminal.stderr.columns - 3))}`,
    )
    this.#shown = true
  }
}

/** `writing slot 0 (python)  [######----]  62 %  31.0/50.0 MB  4 s left` for much, the step's name alone for little. */
export function progressLine(event: ProgressEvent, elapsed: number, firstDone = 0): string {
  const { step, done, total } = event
  if (total < BAR_FROM_BYTES) return step
  const share = Math.min(1, done / total)
  const bar = '#'.repeat(Math.floor(share * 20)).padEnd(20, '-')
  const parts = [step, `[${bar}]`, `${Math.floor(share * 100)} %`, `${formatBytes(done)} of ${formatBytes(total)}`]
  const rate = (done - firstDone) / elapsed
  if (elapsed >= GUESS_AFTER_MS && rate > 0 && done < total) parts.push(`${formatDuration((total - done) / rate)} left`)
  return parts.join('  ')
}
