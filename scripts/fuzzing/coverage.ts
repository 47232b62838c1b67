import { Session } from 'node:inspector'
import { sep } from 'node:path'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

interface Script {
  readonly scriptId: string
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

type Span = readonly [start: number, end: number]

/**
 * Which blocks of src/ have run, as V8 counts them. It reports the blocks that did not run of every function that did; what is kept
 * for each function is the part of it that never ran. Blocks are those of V8: branches, loops, both sides of `?:`, `&&`, `??`.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #unreached = new Map<string, readonly Span[]>()

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Bytes of source that have run, of functions that have run at all. */
  get reached(): number {
    let reached = 0
    for (const [key, spans] of this.#unreached) {
      const [, start = '0', end = '0'] = key.split(':')
      reached += Number(end) - Number(start) - spans.reduce((sum, [from, to]) => sum + to - from, 0)
    }
    return reached
  }

  /** Functions that have run. */
  get functions(): number {
    return this.#unreached.size
  }

  /** Forgets what ran since the last look, and leaves what is known as it is. */
  skip(): void {
    this.#take()
  }

  /** Whether anything ran since the last look that never did before. With `remember` it is known from now on. */
  look(remember: boolean): boolean {
    let isNew = false
    for (const script of this.#take()) {
      if (!script.url.includes(`${sep}src${sep}`) && !script.url.includes('/src/')) continue
      for (const { ranges } of script.functions) {
        const [whole, ...blocks] = ranges
        if (whole === undefined || whole.count === 0) continue
        const key = `${script.scriptId}:${whole.startOffset}:${whole.endOffset}`
        const idle = blocks
          .filter(block => block.count === 0)
          .map(block => [block.startOffset, block.endOffset] as const)
        const known = this.#unreached.get(key)
        const left = known === undefined ? idle : common(known, idle)
        if (known !== undefined && length(left) === length(known)) continue
        isNew = true
        if (remember) this.#unreached.set(key, left)
      }
    }
    return isNew
  }

  #take(): readonly Script[] {
    let scripts: readonly Script[] = []
    // Answers of the session come before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error
      scripts = taken.result
    })
    return scripts
  }
}

/** What lies in both. */
function common(a: readonly Span[], b: readonly Span[]): Span[] {
  return a.flatMap(([start, end]) =>
    b.map(([from, to]) => [Math.max(start, from), Math.min(end, to)] as const).filter(([from, to]) => from < to),
  )
}

function length(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0)
}
