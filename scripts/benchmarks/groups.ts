import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limitBar, type Measurement, mebibytes, megabytes, ratioBar, wholeSeconds } from './bar.ts'
import { benchContext, copyFixture, PACK_CACHES, runCommand } from './bench-context.ts'
import { encrypted } from './encryption-group.ts'
import { housekeeping } from './housekeeping-groups.ts'
import { type Argv, compare } from './hyperfine.ts'
import { cold, httpie, launcher, warm } from './launch-groups.ts'
import { provideLaunchers } from './launchers.ts'
import { origin } from './origin-group.ts'
import { FIXTURE, packedHttpie, REQUIREMENT } from './packed-httpie.ts'
import { peakMemory } from './peak-memory.ts'
import { trust } from './trust-group.ts'
import { growth, onefile, unpack } from './unpack-groups.ts'
import { checks, crowd } from './workenv-groups.ts'

const GIB = 1024 ** 3
const MEMORY_LIMIT = 256 * 1024 * 1024

export type Group = () => Promise<Measurement[]>

/** By name, in the order in which all are run. `pack` comes first of those that need its caches; `cold` empties the machine's. */
export const GROUPS: Readonly<Record<string, Group>> = {
  ...{ start, pack, size, verify, memory, run },
  ...{ launcher, warm, trust, origin, httpie, unpack, encrypted, onefile, growth, workenv, cold },
}

/** What the cache costs beside unpacking. */
async function workenv(): Promise<Measurement[]> {
  return [...(await crowd()), ...(await checks()), ...(await housekeeping())]
}

async function start(): Promise<Measurement[]> {
  const { env, flavor } = benchContext('start')
  const commands = { empty: [process.execPath, '-e', '0'] as Argv, version: flavor('--version') }
  const { empty, version } = await compare(commands, { runs: 60, warmup: 5, env })
  return [
    ratioBar('`flavor --version`', 1.6, { measured: version, baseline: empty, of: '`node -e 0` of the pinned Node' }),
  ]
}

/** Packs a copy of the fixture; but for the launcher the caches are empty before the first, and stay for the other groups. */
async function pack(): Promise<Measurement[]> {
  const { directory, env, flavor } = benchContext('pack')
  rmSync(join(directory, 'home'), { recursive: true, force: true })
  mkdirSync(join(directory, 'home'))
  await provideLaunchers(env.FLAVOR_CACHE)
  const project = copyFixture(FIXTURE, directory)
  const manifest = join(project, 'pyproject.toml')
  const command = flavor('pack', '--manifest', manifest, '--output', join(directory, 'app'), '--key-seed', 'bench')
  const first = await compare({ pack: command }, { runs: 1, env })
  const touched = join(directory, 'touch.sh')
  // Another version of the application: its slot is made again, the interpreter's and the downloads are there.
  writeFileSync(touched, `sed -i "s/^version = .*/version = \\"1.0.$(date +%s%N)\\"/" '${manifest}'\n`)
  const warm = await compare({ pack: command }, { runs: 3, env, prepare: ['sh', touched] })
  const again = await compare({ pack: command }, { runs: 5, warmup: 1, env })
  return [
    limitBar('pack, first ever on a machine', 60, first.pack, wholeSeconds),
    limitBar('pack, caches warm, application changed', 8, warm.pack, wholeSeconds),
    limitBar('pack, again unchanged', 1.5, again.pack, wholeSeconds),
  ]
}

async function size(): Promise<Measurement[]> {
  const effort = async (flags: readonly string[]) => {
    const { path, flavor, env } = await packedHttpie('size', flags)
    const { size, launcher } = JSON.parse(await runCommand(flavor('inspect', '--json', path), env)) as {
      size: number
      launcher: { size: number }
    }
    return size - launcher.size
  }
  return [
    limitBar('size without the launcher, interpreter inside', 17e6, await effort([]), megabytes),
    limitBar('the same with `--release`', 15.3e6, await effort(['--release']), megabytes),
  ]
}

async function verify(): Promise<Measurement[]> {
  const { path, flavor, env } = await packedHttpie('verify')
  const commands = {
    openssl: ['openssl', 'dgst', '-sha256', path] as Argv,
    verify: flavor('verify', path),
    version: flavor('--version'),
  }
  const { openssl, verify, version } = await compare(commands, { runs: 20, warmup: 3, env })
  const seconds = { measured: verify - version, baseline: openssl, of: '`openssl dgst -sha256` of the same file' }
  return [ratioBar('`verify`, less the start of the CLI', 1.3, seconds)]
}

/** One slot of 5 GiB from a sparse file, stored as it is and compressed. */
async function memory(): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const operations of ['raw', 'zstd']) {
    const { directory, env, flavor } = benchContext('memory', PACK_CACHES)
    await provideLaunchers(env.FLAVOR_CACHE)
    const manifest = hugeManifest(directory, operations)
    const path = join(directory, 'huge.psp')
    const steps: Record<string, Argv> = {
      pack: flavor('pack', '--manifest', manifest, '--output', path, '--key-seed', 'bench'),
      verify: flavor('verify', '--deep', path),
      extract: flavor('extract', path, '0', join(directory, 'extracted')),
    }
    for (const [step, command] of Object.entries(steps)) {
      const peak = await peakMemory(command, directory, env)
      measurements.push(limitBar(`memory: ${step} of a 5 GiB slot, ${operations}`, MEMORY_LIMIT, peak, mebibytes))
    }
    rmSync(directory, { recursive: true })
  }
  return measurements
}

async function run(): Promise<Measurement[]> {
  const { path, directory, env } = await packedHttpie('run', ['--launcher', 'node'])
  const venv = join(directory, 'venv')
  await runCommand(['python3', '-m', 'venv', venv], env)
  await runCommand([join(venv, 'bin/pip'), 'install', '--quiet', REQUIREMENT], env)
  const commands = { venv: [join(venv, 'bin/http'), '--version'] as Argv, packed: [path, '--version'] as Argv }
  const { venv: own, packed } = await compare(commands, { runs: 20, warmup: 3, env })
  const more = packed - own
  return [
    {
      what: 'warm run of httpie packed with `--launcher node`',
      bar: '<= own venv + 30 ms',
      measured: `${(packed * 1000).toFixed(1)} ms, venv ${more < 0 ? '-' : '+'} ${(Math.abs(more) * 1000).toFixed(1)} ms`,
      baseline: `${(own * 1000).toFixed(1)} ms`,
      met: more <= 0.03,
    },
  ]
}

function hugeManifest(directory: string, operations: string): string {
  const data = openSync(join(directory, 'huge.data'), 'w')
  ftruncateSync(data, 5 * GIB)
  closeSync(data)
  const manifest = join(directory, 'huge.json')
  const slot = { slot: 0, id: 'huge', source: 'huge.data', target: 'huge.data', operations }
  const text = { package: { name: 'huge', version: '1.0.0' }, execution: { command: '/bin/true' }, slots: [slot] }
  writeFileSync(manifest, JSON.stringify(text))
  return manifest
}

/** What the numbers were measured on, without its name. */
export function machine(): string {
  const cpu = /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'an unknown processor'
  const memory = /^MemTotal:\s*(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? '0'
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim().split('-')[0]
  const cores = navigator.hardwareConcurrency
  return `${cores} cores of ${cpu}, ${Math.round(Number(memory) / 1024 / 1024)} GiB, Linux ${kernel}, Node ${process.versions.node}`
}
