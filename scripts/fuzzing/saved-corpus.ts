import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Corpus } from './corpus.ts'
import type { Target } from './targets.ts'
import { fuzzInThread } from './thread.ts'

/** Bytes of one target: nineteen of them stay below two megabytes. */
const MOST_BYTES = 96 * 1024
/** Milliseconds that a corpus may take to run once. */
const PATIENCE = 600_000
const DIRECTORY = 'test/fuzz-corpus'

function fileOf(root: string, target: Target): string {
  return join(root, DIRECTORY, `${target.name}.bin`)
}

/** The inputs that are kept with the sources. */
export function savedCorpus(root: string, target: Target): Uint8Array[] {
  const path = fileOf(root, target)
  return existsSync(path) ? unpackInputs(readFileSync(path)) : []
}

/** One file for all inputs of a target: of each its length, 4 bytes, little-endian, and its bytes. */
export function packInputs(inputs: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    inputs.flatMap(bytes => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

export function unpackInputs(packed: Buffer): Uint8Array[] {
  const inputs: Uint8Array[] = []
  for (let at = 0; at < packed.length; ) {
    const end = at + 4 + packed.readUInt32LE(at)
    inputs.push(packed.subarray(at + 4, end))
    at = end
  }
  return inputs
}

/** The smallest first, as many as there is room for. */
function smallest(inputs: Uint8Array[]): Uint8Array[] {
  let size = 0
  return inputs
    .sort((a, b) => a.length - b.length || Buffer.compare(a, b))
    .filter(bytes => {
      size += bytes.length
      return size <= MOST_BYTES
    })
}

interface SaveOptions {
  readonly root: string
  readonly cache: string
  readonly targets: readonly Target[]
  readonly program: string | undefined
}

/** Writes the inputs that reach most with the fewest bytes into test/fuzz-corpus: of both readers, the smallest first. */
export async function saveCorpus({ root, cache, targets, program }: SaveOptions): Promise<number> {
  for (const target of targets) {
    const whole = new Corpus(join(cache, 'corpus', target.name))
    const kept = new Map<string, Uint8Array>()
    const keep = (bytes: Uint8Array) => kept.set(Buffer.from(bytes).toString('latin1'), bytes)
    if (program !== undefined && target.isNative) for (const bytes of merged(program, target, whole, cache)) keep(bytes)
    const seeds = whole.read().sort((a, b) => a.length - b.length)
    const input = { name: target.name, program: undefined, seed: 1, milliseconds: PATIENCE, isReplay: true, seeds }
    await fuzzInThread(input, { onFound: keep, onFinding: () => {} })
    const inputs = smallest([...kept.values()])
    mkdirSync(join(root, DIRECTORY), { recursive: true })
    writeFileSync(fileOf(root, target), packInputs(inputs))
    process.stdout.write(
      `${target.name}: ${inputs.length} of ${seeds.length} inputs, ${inputs.reduce((sum, bytes) => sum + bytes.length, 0)} bytes\n`,
    )
  }
  return 0
}

/** What libFuzzer keeps of a corpus. */
function merged(program: string, target: Target, whole: Corpus, cache: string): Uint8Array[] {
  const directory = join(cache, 'merged', target.name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const { status, stderr } = spawnSync(program, ['-merge=1', directory, whole.directory], {
    encoding: 'utf8',
    env: { ...process.env, FLAVOR_FUZZ_TARGET: target.name },
  })
  if (status !== 0) throw new Error(`libFuzzer cannot merge the corpus of ${target.name}: ${stderr.slice(-2000)}`)
  return new Corpus(directory).read()
}
