/** Runs the targets of scripts/fuzzing one after the other: first libFuzzer on the native reader, then the one in TypeScript. */
import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Corpus, nameOf } from './fuzzing/corpus.ts'
import { buildFuzzer, runLibFuzzer } from './fuzzing/libfuzzer.ts'
import { saveCorpus, savedCorpus } from './fuzzing/saved-corpus.ts'
import { seedsFromVectors } from './fuzzing/seeds.ts'
import { TARGETS, type Target } from './fuzzing/targets.ts'
import { fuzzInThread } from './fuzzing/thread.ts'

const USAGE = 'usage: scripts/fuzz --seconds N [--seed N] [TARGET...] | --save [TARGET...] | --list\n'
const root = join(import.meta.dirname, '..')
const cache = join(root, '.cache/fuzz')
const findings = join(cache, 'findings')
/** Of one kind, after which a target has said enough. */
const MOST_FINDINGS = 20

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  const { seconds, seed, targets } = options
  if (options.list) {
    for (const target of TARGETS) process.stdout.write(`${target.name}${target.isNative ? '' : ' (TypeScript only)'}\n`)
    return 0
  }
  const program = await buildFuzzer(root, join(cache, 'target'))
  if (program === undefined) process.stdout.write('skipped: the native reader needs Rust\n')
  if (options.save) return saveCorpus({ root, cache, targets, program })
  process.stdout.write(`seed ${seed}\n`)
  const seeds = seedsFromVectors(root)
  let [executions, compared, found] = [0, 0, 0]
  for (const target of targets) {
    const run = await runTarget(target, program, seeds.get(target.name) ?? [], seconds / targets.length, seed)
    executions += run.executions
    compared += run.compared
    found += run.findings
  }
  process.stdout.write(`${executions} executions, ${compared} compared, ${found} findings in ${seconds} s\n`)
  return found === 0 && executions > 0 ? 0 : 1
}

async function runTarget(
  target: Target,
  program: string | undefined,
  seeds: readonly Uint8Array[],
  seconds: number,
  seed: number,
) {
  const corpus = new Corpus(join(cache, 'corpus', target.name))
  for (const bytes of seeds) corpus.add(bytes.subarray(0, target.longest))
  for (const bytes of savedCorpus(root, target)) corpus.add(bytes)
  let count = 0
  const onFinding = (bytes: Uint8Array, what: string) => {
    count++
    if (count > MOST_FINDINGS) return
    mkdirSync(findings, { recursive: true })
    const path = join(findings, `${target.name}-${nameOf(bytes).slice(0, 16)}`)
    writeFileSync(path, bytes)
    process.stdout.write(`FINDING ${target.name}: ${path}\n  ${what.replaceAll('\n', '\n  ')}\n`)
  }
  const isBoth = program !== undefined && target.isNative
  const half = isBoth ? seconds / 2 : seconds
  const native = isBoth
    ? await runLibFuzzer(program, target, { seconds: half, directory: corpus.directory, findings, seed })
    : undefined
  if (native?.finding !== undefined) {
    count++
    process.stdout.write(
      `FINDING ${target.name}: libFuzzer, ${findings}/${target.name}-*\n  ${native.finding.replaceAll('\n', '\n  ')}\n`,
    )
  }
  const input = {
    name: target.name,
    program: isBoth ? program : undefined,
    seed,
    milliseconds: 1000 * half,
    isReplay: false,
    seeds: corpus.read().sort((a, b) => a.length - b.length),
  }
  const guided = await fuzzInThread(input, { onFound: bytes => corpus.add(bytes), onFinding })
  const executions = (native?.executions ?? 0) + (guided?.executions ?? 0)
  const parts = [
    `${target.name}: ${executions} executions`,
    ...(native === undefined ? [] : [`native ${native.executions}, ${native.coverage} edges`]),
    guided === undefined
      ? 'TypeScript broken off'
      : `TypeScript ${guided.executions}, ${guided.functions} functions, ${guided.reached} bytes of source, ${guided.compared} compared`,
    `${count} findings`,
  ]
  process.stdout.write(`${parts.join('; ')}\n`)
  return { executions, compared: guided?.compared ?? 0, findings: count }
}

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        save: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    })
    const seconds = Number(values.seconds ?? 0)
    const seed = Number(values.seed ?? randomInt(1, 2 ** 31))
    const unknown = positionals.filter(name => !TARGETS.some(target => target.name === name))
    const targets = positionals.length === 0 ? TARGETS : TARGETS.filter(target => positionals.includes(target.name))
    const hasWork = values.list || values.save || seconds > 0
    return hasWork && unknown.length === 0 && Number.isSafeInteger(seed)
      ? { ...values, seconds, seed, targets }
      : undefined
  } catch {
    return undefined
  }
}
