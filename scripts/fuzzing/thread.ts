import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Progress, Totals } from './guided.ts'

/** Bytes of the input that is being read, for the moment when it does not come back. */
const ROOM = 1 << 20
/** No input takes a second: after this many milliseconds without a next one, a reader hangs. */
const PATIENCE = 60_000
/** Spec §10 bounds what a reader takes; this is far above it, and far below what a bomb asks for. */
const HEAP_MEGABYTES = 384

export interface WorkerInput {
  readonly name: string
  /** The program of launchers/fuzz, where it was built. */
  readonly program: string | undefined
  readonly seed: number
  readonly milliseconds: number
  /** Only the seeds, no changes of them. */
  readonly isReplay: boolean
  readonly seeds: readonly Uint8Array[]
  /** Two numbers, executions and the length of the current input, and the input. */
  readonly shared: SharedArrayBuffer
}

export type FromWorker =
  | { readonly kind: 'found'; readonly bytes: Uint8Array }
  | { readonly kind: 'finding'; readonly bytes: Uint8Array; readonly what: string }
  | { readonly kind: 'totals'; readonly totals: Totals }

/** Runs one target and watches it. Undefined where it hung or died, which is a finding too. */
export async function fuzzInThread(
  input: Omit<WorkerInput, 'shared'>,
  progress: Omit<Progress, 'onInput'>,
): Promise<Totals | undefined> {
  const shared = new SharedArrayBuffer(8 + ROOM)
  const counter = new Int32Array(shared, 0, 2)
  const current = () => Uint8Array.from(new Uint8Array(shared, 8, Math.min(ROOM, Atomics.load(counter, 1))))
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData: { ...input, shared } satisfies WorkerInput,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  })
  let totals: Totals | undefined
  let last = -1
  const watch = setInterval(() => {
    const now = Atomics.load(counter, 0)
    if (now === last && now > 0) {
      progress.onFinding(current(), `the reader did not come back within ${PATIENCE / 1000} s`)
      void worker.terminate()
    }
    last = now
  }, PATIENCE)
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'found') progress.onFound(message.bytes)
    if (message.kind === 'finding') progress.onFinding(message.bytes, message.what)
    if (message.kind === 'totals') totals = message.totals
  })
  worker.on('error', error =>
    progress.onFinding(current(), `the reader died: ${error instanceof Error ? error.stack : error}`),
  )
  await new Promise(resolve => worker.once('exit', resolve))
  clearInterval(watch)
  return totals
}
