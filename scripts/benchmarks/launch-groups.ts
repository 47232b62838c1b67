import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { differenceBar, kilobytes, limitBar, type Measurement, megabytes, milliseconds, unmeasured } from './bar.ts'
import { type BenchContext, benchContext, PACK_CACHES, runCommand } from './bench-context.ts'
import { packHello, preparePackage } from './generic-packages.ts'
import { interleave } from './interleaved.ts'
import { nativeLaunchers, provideLaunchers } from './launchers.ts'
import { packedHttpie, REQUIREMENT } from './packed-httpie.ts'
import { callsOfLauncher, pairedRatio, shortest } from './statistics.ts'

/** What starting a package costs that was unpacked before: the native launcher's own part. */

const HELLO_RUNS = 500
const COLD_RUNS = 20
const HTTPIE_PAIRS = 600
const CALLS = 60

/** Sizes of the files that are put in front of each package. */
export async function launcher(): Promise<Measurement[]> {
  const { quick, shipped } = await nativeLaunchers()
  const [small, host] = ['launcher, static musl, as it ships', "launcher, the host's quick build"]
  return [
    shipped === undefined
      ? unmeasured(small, `<= ${kilobytes(700e3)}`, 'not built: `scripts/launchers`')
      : limitBar(small, 700e3, shipped.size, kilobytes),
    limitBar(host, 1600e3, quick.size, kilobytes),
  ]
}

/** Time, memory and system calls of a warm start of a static C program. */
export async function warm(): Promise<Measurement[]> {
  const { env, path, program } = await hello('warm')
  const [packed, direct] = await interleave([path], [program], { rounds: HELLO_RUNS, env })
  const log = `${path}.strace`
  await runCommand(['strace', '-o', log, path], env)
  return [
    differenceBar('warm start of a packed static C program', 0.0006, packed.seconds, direct.seconds),
    limitBar('the same: memory', 3e6, Math.max(...packed.peaks), megabytes),
    limitBar('the same: system calls', CALLS, callsOfLauncher(readFileSync(log, 'utf8')), String),
  ]
}

/** The same when nothing of it is in memory: neither the package nor the program, nor the directories that lead there. */
export async function cold(): Promise<Measurement[]> {
  const { env, path, program } = await hello('cold')
  const what = 'start of the same with the page cache dropped'
  if (process.getuid?.() !== 0) return [unmeasured(what, '<= direct exec + 6.00 ms', 'needs root')]
  const prepare = 'sync; echo 3 >/proc/sys/vm/drop_caches'
  const [packed, direct] = await interleave([path], [program], { rounds: COLD_RUNS, prepare, env })
  return [differenceBar(what, 0.006, packed.seconds, direct.seconds)]
}

/** A warm run of a real program over that from a virtual environment of the very interpreter that the package brought. */
export async function httpie(): Promise<Measurement[]> {
  const { path, directory, env } = await packedHttpie('httpie')
  const python = join(await preparePackage(path, env), 'python/bin/python3')
  const venv = join(directory, 'venv')
  await runCommand([python, '-m', 'venv', '--without-pip', venv], env)
  const pip = ['-m', 'pip', '--python', join(venv, 'bin/python3'), 'install', '--quiet', REQUIREMENT]
  await runCommand(['python3', ...pip], env)
  const options = { rounds: HTTPIE_PAIRS, env }
  await interleave([path, '--version'], [join(venv, 'bin/http'), '--version'], { ...options, rounds: 3 })
  const [packed, own] = await interleave([path, '--version'], [join(venv, 'bin/http'), '--version'], options)
  const log = join(directory, 'strace')
  await runCommand(['strace', '-o', log, path, '--version'], env)
  const { ratio, lower, upper } = pairedRatio(packed.seconds, own.seconds)
  return [
    {
      what: 'warm run of packed httpie',
      bar: 'upper 95 % bound <= 1.02 x its own venv, same interpreter',
      measured: `${milliseconds(shortest(packed.seconds))}, ${ratio.toFixed(3)} x (${lower.toFixed(3)} to ${upper.toFixed(3)})`,
      baseline: milliseconds(shortest(own.seconds)),
      met: upper <= 1.02,
    },
    limitBar('the same: system calls of the launcher', CALLS, callsOfLauncher(readFileSync(log, 'utf8')), String),
  ]
}

export interface Hello {
  readonly env: BenchContext['env']
  readonly path: string
  /** The program itself, as it was unpacked. */
  readonly program: string
}

export async function hello(name: string): Promise<Hello> {
  const context = benchContext(name, PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { path, prepare } = await packHello(context)
  const program = join(await prepare(), 'bin/hello')
  return { env: context.env, path, program }
}
