import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { differenceBar, type Measurement } from './bar.ts'
import { type BenchContext, benchContext, PACK_CACHES, runCommand } from './bench-context.ts'
import { preparePackage } from './generic-packages.ts'
import { interleave, staticProgram } from './interleaved.ts'
import { provideLaunchers } from './launchers.ts'

const ROUNDS = 30
const OLD_VERSIONS = 3
const FILES = 3000
const OLD_DAYS = 40

/** workenv §10.5: how much later a program starts because old versions of it are removed. */
export async function housekeeping(): Promise<Measurement[]> {
  const context = benchContext('housekeeping', PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { directory, env } = context
  const [full, empty] = [join(directory, 'full'), join(directory, 'empty')]
  for (const base of [full, empty]) mkdirSync(`${base}-template`, { mode: 0o700 })
  for (let build = 0; build < OLD_VERSIONS; build++) {
    const old = await packHoused(context, '1', build)
    await preparePackage(old, { ...env, FLAVOR_CACHE: `${full}-template`, FLAVOR_CACHE_MAX_AGE: '0' })
  }
  const then = Date.now() / 1000 - OLD_DAYS * 24 * 3600
  const envs = join(`${full}-template`, 'envs')
  for (const name of readdirSync(envs).filter(name => name.endsWith('.seal'))) utimesSync(join(envs, name), then, then)
  const path = await packHoused(context, '2')
  const run = (base: string) => ['env', `FLAVOR_CACHE=${base}`, path] as const
  const [cleaned, alone] = await interleave(run(full), run(empty), {
    rounds: ROUNDS,
    prepare: freshCopies(full, empty),
    env,
  })
  return [
    differenceBar(
      'housekeeping after a first run',
      0.005,
      cleaned.seconds,
      alone.seconds,
      'the same with nothing to remove',
    ),
  ]
}

/** Where the last run was in `full`, what it removes beside its program must be gone before the next. */
function freshCopies(full: string, empty: string): string {
  const isBusy = `[ -n "$(ls -d '${full}'/envs/housed-1-*.seal '${full}'/staging/* 2>/dev/null)" ]`
  const wait = `if ls '${full}'/envs/housed-2-*.seal >/dev/null 2>&1; then while ${isBusy}; do sleep 0.01; done; fi`
  const copy = [full, empty].map(base => `rm -rf '${base}' && cp -a '${base}-template' '${base}'`)
  return [wait, ...copy, 'sync'].join('; ')
}

/** A static C program; of version 1 with many files beside it, of which each build has others. */
async function packHoused({ directory, env, flavor }: BenchContext, version: string, build?: number): Promise<string> {
  const name = `housed-${version}-${build ?? ''}`
  const program = {
    slot: 0,
    id: 'hello',
    source: await staticProgram('hello'),
    target: 'bin/hello',
    permissions: '0755',
    operations: 'zstd',
  }
  const slots: Record<string, string | number>[] = [program]
  if (build !== undefined) {
    mkdirSync(join(directory, name), { recursive: true })
    for (let at = 0; at < FILES; at++) writeFileSync(join(directory, name, `f${at}`), `${build} ${at}\n`.repeat(100))
    slots.push({ slot: 1, id: 'files', source: name, target: 'files', operations: 'tar.zst' })
  }
  const manifest = join(directory, `${name}.json`)
  const execution = { command: '{workenv}/bin/hello' }
  writeFileSync(manifest, JSON.stringify({ package: { name: 'housed', version }, execution, slots }))
  const path = join(directory, `${name}.psp`)
  const command = flavor('pack', '--manifest', manifest, '--output', path, '--key-seed', 'bench', '--fast')
  await runCommand(command, env, directory)
  return path
}
