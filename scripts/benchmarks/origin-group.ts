import { differenceBar, limitBar, type Measurement } from './bar.ts'
import { benchContext, PACK_CACHES, runCommand } from './bench-context.ts'
import { packHello } from './generic-packages.ts'
import { interleave } from './interleaved.ts'
import { provideLaunchers } from './launchers.ts'
import { packedHttpie } from './packed-httpie.ts'

const ROUNDS = 1000

/** What the bill of materials and the provenance cost: bytes of the file, and time of a warm start, which reads neither. */
export async function origin(): Promise<Measurement[]> {
  const { path, flavor, env } = await packedHttpie('origin')
  const { slots } = JSON.parse(await runCommand(flavor('inspect', '--json', path), env)) as {
    slots: readonly { readonly origin: boolean; readonly size: number }[]
  }
  const sizes = slots.filter(slot => slot.origin).map(({ size }) => size)
  if (sizes.length !== 2) throw new Error(`${path}: ${sizes.length} slots say where it came from, expected 2`)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const [there, none] = [
    await packedHello('origin-hello', []),
    await packedHello('origin-none', ['--no-sbom', '--no-provenance']),
  ]
  const [measured, baseline] = await interleave([there], [none], { rounds: ROUNDS, env })
  return [
    limitBar('SBOM and provenance of packed httpie, compressed', 60e3, bytes, size => `${(size / 1e3).toFixed(1)} kB`),
    differenceBar('the same: warm start', 0.00005, measured.seconds, baseline.seconds, 'without them'),
  ]
}

/** Unpacked before, so that what is measured are warm starts. */
async function packedHello(name: string, flags: readonly string[]): Promise<string> {
  const context = benchContext(name, PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { path, prepare } = await packHello(context, flags)
  await prepare()
  return path
}
