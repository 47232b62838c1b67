import type { Transform } from 'node:stream'
import type { ByteStream } from './codec.ts'

/** What the streams of node:zlib have in common. `bytesWritten` counts the input that was used, not what was offered. */
export type ZlibEngine = Transform & { readonly bytesWritten: number }

/** Output per turn: the work is done on another thread, and each hand-over costs about 20 µs. */
export const ENGINE_CHUNK = 1024 * 1024

/**
 * Runs `input` through an engine, on a thread of its own, one chunk ahead of the consumer. Errors of the input come out as they are,
 * those of the engine through `toError`. Returns how many bytes there were for the engine, until it ended: any number above its
 * `bytesWritten` means that something follows the end of the stream.
 */
export async function* runEngine(
  engine: ZlibEngine,
  input: ByteStream,
  toError: (cause: Error) => Error,
): AsyncGenerator<Uint8Array, number> {
  const feeding = new Feeding(engine)
  const fed = feeding.run(input)
  try {
    for await (const bytes of engine) yield bytes
  } catch (cause) {
    throw feeding.failure === undefined ? toError(cause as Error) : feeding.failure.cause
  } finally {
    engine.destroy()
    await fed
  }
  if (feeding.failure !== undefined) throw feeding.failure.cause
  return feeding.offered
}

/** The side that writes into an engine. It never rejects: its failure is told to whoever reads. */
class Feeding {
  readonly #engine: ZlibEngine
  #release: (() => void) | undefined
  offered = 0
  failure: { cause: unknown } | undefined

  constructor(engine: ZlibEngine) {
    this.#engine = engine
    // Whoever iterates gets the error; one that comes after the iteration has ended must not end the process.
    engine.on('error', () => {})
    // An engine that fails never calls back for the chunk that it was at.
    engine.on('close', () => this.#release?.())
  }

  async run(input: ByteStream): Promise<void> {
    try {
      let written = Promise.resolve()
      for await (const bytes of input) {
        // The next chunk is read and hashed while the engine works on the last one.
        await written
        this.offered += bytes.length
        if (this.#engine.destroyed || this.#engine.readableEnded) break
        written = this.#write(bytes)
      }
      await written
      this.#engine.end()
    } catch (cause) {
      this.failure = { cause }
      this.#engine.destroy(cause instanceof Error ? cause : new Error('the input failed', { cause }))
    }
  }

  #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#release = resolve
      this.#engine.write(bytes, () => resolve())
    })
  }
}
