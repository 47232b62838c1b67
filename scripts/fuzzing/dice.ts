/** Random numbers that a seed repeats: xorshift32 (Marsaglia 2003), which is enough to choose where to change a byte. */
export class Dice {
  #state: number

  /** @param seed any integer */
  constructor(seed: number) {
    // Zero is the one state that never changes.
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x6a09e667) | 0 || 1
  }

  /** An integer from 0 up to but not including `end`; 0 where there is none. */
  below(end: number): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return end <= 1 ? 0 : (state >>> 0) % end
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0
  }

  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }
}
