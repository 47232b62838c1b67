/** One target in a thread of its own, so that a reader that never returns can be stopped and named. */
import { parentPort, workerData } from 'node:worker_threads'
import { GuidedFuzzer } from './guided.ts'
import { NativeAnswers } from './native-answers.ts'
import { TARGETS } from './targets.ts'
import type { FromWorker, WorkerInput } from './thread.ts'

const { name, program, seed, milliseconds, isReplay, seeds, shared } = workerData as WorkerInput
const target = TARGETS.find(one => one.name === name)
if (target === undefined) throw new Error(`no target ${name}`)

const [counter, current] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)]
const tell = (message: FromWorker) => parentPort?.postMessage(message)
const native = program === undefined ? undefined : new NativeAnswers(program)
const fuzzer = new GuidedFuzzer(target, native, seed, {
  onInput: bytes => {
    current.set(bytes.subarray(0, current.length))
    counter[1] = bytes.length
    Atomics.add(counter, 0, 1)
  },
  onFound: bytes => tell({ kind: 'found', bytes: Uint8Array.from(bytes) }),
  onFinding: (bytes, what) => tell({ kind: 'finding', bytes: Uint8Array.from(bytes), what }),
})
const end = performance.now() + milliseconds
const isOver = () => performance.now() >= end
await fuzzer.replay(seeds, isOver)
if (!isReplay) await fuzzer.explore(isOver)
tell({ kind: 'totals', totals: fuzzer.totals })
native?.close()
