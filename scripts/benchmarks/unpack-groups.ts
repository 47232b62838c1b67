import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { growthBar, limitBar, type Measurement, megabytes, ratioBar } from './bar.ts'
import { type BenchContext, benchContext, PACK_CACHES, runCommand } from './bench-context.ts'
import { type BenchPackage, packBytes, packFiles, preparePackage } from './generic-packages.ts'
import type { Argv } from './hyperfine.ts'
import { interleave, type Runs } from './interleaved.ts'
import { provideLaunchers } from './launchers.ts'
import { packedHttpie, REQUIREMENT } from './packed-httpie.ts'
import { type Growth, shortest } from './statistics.ts'

/** What the first run of a package costs. */

const UNPACK_ROUNDS = 10
const FIRST_RUNS_ROUNDS = 7
const GROWTH_ROUNDS = 3
/** As `pack` compresses without `--release`. */
const LEVEL = 17
const MEMORY_LIMIT = 64e6
const MEGABYTE = 1e6
/** Sparse; room for all rounds. */
const IMAGE_SIZE = '6G'

/** Unpacking alone: what a first run takes more than a warm one, beside the tools that everybody has. */
export async function unpack(): Promise<Measurement[]> {
  const { path, directory, env } = await packedHttpie('unpack')
  const tree = await preparePackage(path, env)
  const archive = join(directory, 'tree.tar.zst')
  // `h`: the interpreter is a link into the slots that packages share.
  await runCommand(['sh', '-c', `tar -C '${tree}' -chf - . | zstd -q -${LEVEL} -o '${archive}'`], env)
  const seconds = await onNewExt4(directory, async cwd => {
    const [ours, theirs] = await interleave(
      onTwoCores(`${ownCaches('ours')}; exec '${path}' --version`),
      onTwoCores(`zstd -dc '${archive}' | tar -C theirs -xf -`),
      { rounds: UNPACK_ROUNDS, prepare: `${afresh('ours theirs')} && mkdir ours theirs`, env, cwd },
    )
    const again: Argv = ['sh', '-c', `${ownCaches('ours')}; exec '${path}' --version`]
    const [warm] = await interleave(again, ['true'], { rounds: UNPACK_ROUNDS, env, cwd })
    const unpacking = shortest(ours.seconds) - shortest(warm.seconds)
    return { measured: unpacking, baseline: shortest(theirs.seconds), of: '`zstd -dc \\| tar x`' }
  })
  // Of the launcher alone: a first run becomes the program, and the peak that of both.
  const prepared = await unpackOften({ directory, env }, path)
  removeBefore(directory)
  return [
    ratioBar('unpacking of packed httpie on 2 cores', 0.7, seconds),
    limitBar('memory: first run of packed httpie', MEMORY_LIMIT, Math.max(...prepared.peaks), megabytes),
  ]
}

/**
 * Root measures on a file system that is new, in a file on the same disk: on one where much was removed, what ext4 does about that is measured
 * too, by up to four times. Others measure in the directory itself.
 */
async function onNewExt4<Result>(directory: string, measure: (cwd: string) => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return await measure(directory)
  const [image, mounted] = [join(directory, 'disk.img'), join(directory, 'disk')]
  mkdirSync(mounted)
  await runCommand(['truncate', '-s', IMAGE_SIZE, image], {})
  await runCommand(['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0', image], {})
  await runCommand(['mount', '-o', 'loop', image, mounted], {})
  try {
    return await measure(mounted)
  } finally {
    await runCommand(['umount', mounted], {})
    rmSync(image)
  }
}

/** Three runs in a row on a machine that never had the program, beside what unpacks on every run. */
export async function onefile(): Promise<Measurement[]> {
  const { path, directory, env } = await packedHttpie('onefile')
  const other = await onefileOfPyInstaller(directory, env)
  const thrice = (program: string) => [1, 2, 3].map(() => `'${program}' --version`).join(' && ')
  const [ours, theirs] = await interleave(
    ['sh', '-c', `${ownCaches('cache')}; ${thrice(path)}`],
    ['sh', '-c', thrice(other)],
    { rounds: FIRST_RUNS_ROUNDS, prepare: afresh('cache'), env, cwd: directory },
  )
  removeBefore(directory)
  const of = "three of PyInstaller's onefile"
  const seconds = { measured: shortest(ours.seconds), baseline: shortest(theirs.seconds), of }
  return [ratioBar('first three runs of packed httpie together', 1.0, seconds)]
}

/** Unpacking of one file of 10, 100 and 1,000 MB, and of 1,000, 10,000 and 100,000 files. */
export async function growth(): Promise<Measurement[]> {
  const context = benchContext('growth', PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const bytes = await unpackAll(context, [10, 100, 1000], size => packBytes(context, size * MEGABYTE))
  const files = await unpackAll(context, [1000, 10_000, 100_000], count => packFiles(context, count))
  rmSync(context.directory, { recursive: true })
  return [
    growthBar('unpacking one file of 10, 100 and 1,000 MB', 1.2, bytes.steps),
    growthBar('unpacking 1,000, 10,000 and 100,000 files', 1.2, files.steps),
    limitBar('memory: first run of a slot of 1,000 MB', MEMORY_LIMIT, bytes.peak, megabytes),
    limitBar('memory: first run of a slot of 100,000 files', MEMORY_LIMIT, files.peak, megabytes),
  ]
}

/** All sizes, one after the other; the peak is that of the largest. */
async function unpackAll(
  context: BenchContext,
  sizes: readonly number[],
  pack: (size: number) => Promise<BenchPackage>,
): Promise<{ steps: Growth[]; peak: number }> {
  const steps: Growth[] = []
  let peak = 0
  for (const size of sizes) {
    const runs = await unpackOften(context, (await pack(size)).path)
    steps.push({ size, seconds: shortest(runs.seconds) })
    peak = Math.max(...runs.peaks)
  }
  return { steps, peak }
}

async function unpackOften({ directory, env }: Pick<BenchContext, 'directory' | 'env'>, path: string): Promise<Runs> {
  const options = { rounds: GROWTH_ROUNDS, prepare: afresh('cache'), env, cwd: directory }
  const command = `${ownCaches('cache')}; FLAVOR_LAUNCHER_CLI=1 exec '${path}' prepare`
  const [runs] = await interleave(['sh', '-c', command], ['true'], options)
  return runs
}

/**
 * What was unpacked before is put aside and written out, so that nobody pays for the run before. It is not removed before the end: for
 * some minutes ext4 without a journal looks at every inode that was freed before it makes a file, several times what is measured.
 */
function afresh(names: string): string {
  return `mkdir -p before; for name in ${names}; do [ ! -e $name ] || mv $name before/$name-$(ls before | wc -l); done; sync`
}

function removeBefore(directory: string): void {
  rmSync(join(directory, 'before'), { recursive: true, force: true })
}

/** A launcher takes what was unpacked before from any of the caches that it may read (workenv §1.1), not from the first alone. */
function ownCaches(name: string): string {
  return `export HOME="$PWD/${name}" XDG_CACHE_HOME="$PWD/${name}" FLAVOR_CACHE="$PWD/${name}"`
}

function onTwoCores(script: string): Argv {
  return navigator.hardwareConcurrency > 2 ? ['taskset', '-c', '0,1', 'sh', '-c', script] : ['sh', '-c', script]
}

/** By the newest PyInstaller, from httpie as pip installs it for the Python of this machine. */
async function onefileOfPyInstaller(directory: string, env: BenchContext['env']): Promise<string> {
  const venv = join(directory, 'venv')
  const work = join(directory, 'pyinstaller')
  mkdirSync(work)
  writeFileSync(join(work, 'entry.py'), 'import sys\nfrom httpie.__main__ import main\nsys.exit(main())\n')
  await runCommand(['python3', '-m', 'venv', venv], env)
  await runCommand([join(venv, 'bin/pip'), 'install', '--quiet', REQUIREMENT, 'pyinstaller'], env)
  const flags = ['--onefile', '--log-level', 'ERROR', '--name', 'http']
  await runCommand([join(venv, 'bin/pyinstaller'), ...flags, 'entry.py'], env, work)
  return join(work, 'dist/http')
}
