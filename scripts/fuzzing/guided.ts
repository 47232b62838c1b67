import { agree } from './agreement.ts'
import { type Material, mutateBytes } from './byte-mutation.ts'
import { Coverage } from './coverage.ts'
import { Dice } from './dice.ts'
import type { NativeAnswers } from './native-answers.ts'
import type { Target } from './targets.ts'
import { wordBytes } from './words.ts'

/** Inputs between two looks at the coverage, which cost as much as some tens of them. */
const BATCH = 64

/** What a run tells, as it goes. */
export interface Progress {
  /** Told before each execution, so that whoever watches knows the input that never came back. */
  readonly onInput: (bytes: Uint8Array) => void
  readonly onFound: (bytes: Uint8Array) => void
  readonly onFinding: (bytes: Uint8Array, what: string) => void
}

export interface Totals {
  readonly executions: number
  /** Answers that the native reader was asked for and gave. */
  readonly compared: number
  readonly corpus: number
  /** Blocks of source, in bytes, and functions that ran. */
  readonly reached: number
  readonly functions: number
}

/**
 * Coverage-guided fuzzing of one reader: changes inputs that reached something new, keeps what reaches more, and compares every answer
 * with that of the native reader where there is one.
 */
export class GuidedFuzzer {
  readonly #target: Target
  readonly #native: NativeAnswers | undefined
  readonly #progress: Progress
  readonly #coverage = new Coverage()
  readonly #dice: Dice
  readonly #corpus: Uint8Array[] = []
  /** Codes and other first words of answers: one that was not seen before is as good as new code. */
  readonly #kinds = new Set<string>()
  readonly #counts = { executions: 0, compared: 0 }

  constructor(target: Target, native: NativeAnswers | undefined, seed: number, progress: Progress) {
    this.#target = target
    this.#native = target.isNative ? native : undefined
    this.#dice = new Dice(seed)
    this.#progress = progress
  }

  /** Runs inputs that are there already. */
  async replay(seeds: readonly Uint8Array[], isOver: () => boolean): Promise<void> {
    for (let at = 0; at < seeds.length && !isOver(); at += BATCH) await this.#tryAll(seeds.slice(at, at + BATCH))
  }

  /** Runs changes of what reached something, until `isOver`. */
  async explore(isOver: () => boolean): Promise<void> {
    if (this.#corpus.length === 0) this.#corpus.push(new Uint8Array())
    const words = wordBytes(this.#target.words)
    const material: Material = { corpus: this.#corpus, words, longest: this.#target.longest }
    while (!isOver()) await this.#tryAll(Array.from({ length: BATCH }, () => this.#next(material)))
  }

  get totals(): Totals {
    const { reached, functions } = this.#coverage
    return { ...this.#counts, corpus: this.#corpus.length, reached, functions }
  }

  /** The newest inputs are tried most: what they reached was tried least. */
  #next(material: Material): Uint8Array {
    const recent = this.#dice.once(2) ? this.#corpus.slice(-32) : this.#corpus
    const input = this.#dice.of(recent) ?? new Uint8Array()
    if (this.#dice.once(16)) return mutateBytes(input, this.#dice, material)
    return this.#target.mutate(input, this.#dice, material)
  }

  async #tryAll(inputs: readonly Uint8Array[]): Promise<void> {
    const answers: (string | undefined)[] = []
    for (const input of inputs) answers.push(await this.#answer(input))
    const hasNewKind = answers.some(answer => answer !== undefined && !this.#kinds.has(kindOf(answer)))
    if (this.#coverage.look(false) || hasNewKind) await this.#keepWhatIsNew(inputs, answers)
    if (this.#native !== undefined) await this.#compare(this.#native, inputs, answers)
  }

  /** One after the other, to know which of a batch it was. */
  async #keepWhatIsNew(inputs: readonly Uint8Array[], answers: readonly (string | undefined)[]): Promise<void> {
    this.#coverage.skip()
    for (const [position, input] of inputs.entries()) {
      await this.#answer(input)
      const kind = kindOf(answers[position] ?? '')
      const isNew = this.#coverage.look(true)
      if (!isNew && this.#kinds.has(kind)) continue
      this.#kinds.add(kind)
      this.#corpus.push(input)
      this.#progress.onFound(input)
    }
  }

  async #answer(input: Uint8Array): Promise<string | undefined> {
    this.#progress.onInput(input)
    this.#counts.executions++
    try {
      return await this.#target.answer(input)
    } catch (error) {
      this.#progress.onFinding(input, error instanceof Error ? (error.stack ?? error.message) : String(error))
      return undefined
    }
  }

  async #compare(
    native: NativeAnswers,
    inputs: readonly Uint8Array[],
    answers: readonly (string | undefined)[],
  ): Promise<void> {
    const others = await native.answer(this.#target.name, inputs)
    this.#counts.compared += others.length
    for (const [position, other] of others.entries()) {
      const [input, answer] = [inputs[position], answers[position]]
      if (input === undefined || answer === undefined || agree(answer, other)) continue
      this.#progress.onFinding(input, `the readers disagree: ${shown(answer)} in TypeScript, ${shown(other)} in Rust`)
    }
    const fatal = inputs[others.length]
    if (fatal !== undefined) this.#progress.onFinding(fatal, `the native reader died: ${native.complaint}`)
  }
}

/** `ok`, a code, or another first word. */
function kindOf(answer: string): string {
  return answer.split(/[ \n]/, 1)[0] ?? ''
}

function shown(answer: string): string {
  return JSON.stringify(answer.length > 300 ? `${answer.slice(0, 300)}...` : answer)
}
