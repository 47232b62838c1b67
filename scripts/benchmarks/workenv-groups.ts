import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { OP_ZSTD } from '../../src/format/operations.ts'
import { writePackage } from '../../src/package/writer.ts'
import { differenceBar, limitBar, type Measurement, milliseconds } from './bar.ts'
import { type BenchContext, benchContext, PACK_CACHES, runCommand } from './bench-context.ts'
import { packFiles, preparePackage } from './generic-packages.ts'
import type { Argv } from './hyperfine.ts'
import { interleave, staticProgram } from './interleaved.ts'
import { nativeLaunchers, provideLaunchers } from './launchers.ts'
import { shortest } from './statistics.ts'

const AT_ONCE = 64
const CROWDS = 10
const CROWD_FILES = 2000
const CHECK_RUNS = 2000
const STRICT_RUNS = 20
const STRICT_FILES = 5000
const STRICT_FILE_BYTES = 20_000
const FIXED_TIME = 315532800

/** workenv §6: many first runs at once over one of them. */
export async function crowd(): Promise<Measurement[]> {
  const context = benchContext('crowd', PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { path } = await packFiles(context, CROWD_FILES)
  const env = { ...context.env, FLAVOR_CACHE: join(context.directory, 'cache') }
  const [one, all, starts]: number[][] = [[], [], []]
  for (let round = 0; round < CROWDS; round++) {
    one?.push(await firstRuns(1, [path], env))
    all?.push(await firstRuns(AT_ONCE, [path], env))
    starts?.push(await atOnce(1, ['/bin/true'], env))
  }
  const [first, together, start] = [one, all, starts].map(seconds => shortest(seconds ?? []))
  if (first === undefined || together === undefined || start === undefined) throw new Error('nothing was measured')
  const limit = 1.5 * first + AT_ONCE * start
  return [
    {
      what: `${AT_ONCE} first runs at once, ${CROWD_FILES} files`,
      bar: `<= 1.5 x one + ${AT_ONCE} starts of the program`,
      measured: milliseconds(together),
      baseline: `${milliseconds(first)}, ${milliseconds(start)}: ${milliseconds(limit)}`,
      met: together <= limit,
    },
  ]
}

/** workenv §7.1 and §7.2: what the checks of a warm start cost. */
export async function checks(): Promise<Measurement[]> {
  const context = benchContext('checks', PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { env } = context
  const lenient = await packLenient(context)
  await preparePackage(lenient, env)
  const options = { rounds: CHECK_RUNS, env }
  const at = (level: string, path: string): Argv => ['env', `FLAVOR_VALIDATION=${level}`, path]
  const [checked, unchecked] = await interleave(at('standard', lenient), at('minimal', lenient), options)
  const large = await packFiles(context, STRICT_FILES, STRICT_FILE_BYTES)
  await large.prepare()
  const rounds = { ...options, rounds: STRICT_RUNS }
  const [strict] = await interleave(at('strict', large.path), at('standard', large.path), rounds)
  return [
    differenceBar(
      'default check of a warm start',
      0.0001,
      checked.seconds,
      unchecked.seconds,
      'a start at level `minimal`',
    ),
    limitBar('start under `strict`, 5,000 files, 100 MB', 0.12, shortest(strict.seconds), milliseconds),
  ]
}

async function firstRuns(count: number, command: Argv, env: BenchContext['env']): Promise<number> {
  rmSync(env.FLAVOR_CACHE, { recursive: true, force: true })
  return await atOnce(count, command, env)
}

/** Seconds until all have ended. */
async function atOnce(count: number, command: Argv, env: BenchContext['env']): Promise<number> {
  return Number(await runCommand([await staticProgram('crowd'), `${count}`, '--', ...command], env)) / 1e9
}

/** The static program that prints a line, in a package that lets its user leave checks out. */
async function packLenient({ directory }: BenchContext): Promise<string> {
  const { quick, shipped } = await nativeLaunchers()
  const { path, tool, toolVersion } = shipped ?? quick
  const { path: written } = await writePackage(
    {
      package: { name: 'lenient', version: '1' },
      execution: { primary_slot: 0, command: '{workenv}/bin/hello', argv: ['{workenv}/bin/hello'] },
      minimumLevel: 'none',
      slots: [
        {
          ...{ id: 'hello', source: 'hello', target: 'bin/hello', purpose: 'code', lifecycle: 'runtime' },
          operations: [OP_ZSTD],
          permissions: 0o755,
          content: { kind: 'file', path: await staticProgram('hello') },
        },
      ],
    },
    {
      output: join(directory, 'lenient.psp'),
      launcher: { path, tool, toolVersion },
      key: keyPairFromSeedText('bench'),
      ...{ ephemeral: false, profile: 'default', effort: 'fast', timestamp: FIXED_TIME },
    },
  )
  return written
}
