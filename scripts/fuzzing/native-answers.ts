import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

/** The launcher's reader in a process of its own, which launchers/fuzz answers for. */
export class NativeAnswers {
  readonly #program: string
  #child: ChildProcessWithoutNullStreams | undefined
  #received = Buffer.alloc(0)
  #complaint = ''
  #targets: readonly string[] | undefined
  #wake: () => void = () => {}

  constructor(program: string) {
    this.#program = program
  }

  /** What was said on stderr before the process ended. */
  get complaint(): string {
    return this.#complaint
  }

  /** The answers for `inputs`, in order. Fewer where the process died of the next one; the next call starts another. */
  async answer(target: string, inputs: readonly Uint8Array[]): Promise<string[]> {
    const child = this.#child ?? (await this.#start())
    const number = this.#targets?.indexOf(target) ?? -1
    if (number < 0) throw new Error(`launchers/fuzz has no target ${target}`)
    for (const input of inputs) {
      const head = Buffer.alloc(5)
      head.writeUInt8(number, 0)
      head.writeUInt32LE(input.length, 1)
      child.stdin.write(head)
      child.stdin.write(input)
    }
    const answers: string[] = []
    while (answers.length < inputs.length) {
      const answer = await this.#next()
      if (answer === undefined) break
      answers.push(answer)
    }
    return answers
  }

  close(): void {
    this.#child?.stdin.end()
    this.#child?.kill()
  }

  async #start(): Promise<ChildProcessWithoutNullStreams> {
    const child = spawn(this.#program, [], { env: { ...process.env, FLAVOR_FUZZ_ANSWER: '1' } })
    this.#child = child
    this.#received = Buffer.alloc(0)
    this.#complaint = ''
    child.stdout.on('data', bytes => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#wake()
    })
    child.stderr.on('data', bytes => {
      this.#complaint = `${this.#complaint}${bytes}`.slice(-4000)
    })
    // A process that died is met when its next answer is missing.
    child.stdin.on('error', () => {})
    child.on('close', () => {
      if (this.#child === child) this.#child = undefined
      this.#wake()
    })
    await once(child, 'spawn')
    while (!this.#received.includes('\n\n') && this.#child === child) await this.#more()
    const end = this.#received.indexOf('\n\n')
    if (end < 0) throw new Error(`${this.#program} does not answer: ${this.#complaint}`)
    this.#targets = this.#received.toString('utf8', 0, end).split('\n')
    this.#received = this.#received.subarray(end + 2)
    return child
  }

  async #next(): Promise<string | undefined> {
    for (;;) {
      const length = this.#received.length < 4 ? undefined : this.#received.readUInt32LE(0)
      if (length !== undefined && this.#received.length >= 4 + length) {
        const answer = this.#received.toString('utf8', 4, 4 + length)
        this.#received = this.#received.subarray(4 + length)
        return answer
      }
      if (this.#child === undefined) return undefined
      await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }
}
