import { join } from 'node:path'
import { limitBar, type Measurement, megabytes, rateBar } from './bar.ts'
import { benchContext, PACK_CACHES } from './bench-context.ts'
import { packStored } from './generic-packages.ts'
import type { Argv } from './hyperfine.ts'
import { interleave } from './interleaved.ts'
import { provideLaunchers } from './launchers.ts'

const BYTES = 256e6
const ROUNDS = 15
const VARIABLE = 'BENCH_KEY'

/** Spec §4.7: what decrypting adds to unpacking a slot, by the native launcher. */
export async function encrypted(): Promise<Measurement[]> {
  const context = benchContext('encrypted', PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const { directory } = context
  const env = { ...context.env, [VARIABLE]: 'a1'.repeat(32) }
  const [secret, plain] = [
    await packStored({ ...context, env }, BYTES, VARIABLE),
    await packStored({ ...context, env }, BYTES),
  ]
  const extract = ({ path }: { readonly path: string }): Argv => [path, 'extract', '0', join(directory, 'out')]
  const [decrypted, copied] = await interleave(extract(secret), extract(plain), {
    rounds: ROUNDS,
    prepare: `rm -rf '${directory}/out'; sync`,
    env: { ...env, FLAVOR_LAUNCHER_CLI: '1' },
  })
  const growth = Math.max(...decrypted.peaks) - Math.min(...copied.peaks)
  return [
    rateBar(`decrypting a slot of ${megabytes(BYTES)}`, 600e6, BYTES, decrypted.seconds, copied.seconds),
    limitBar('the same: memory over that of the slot unencrypted', 16e6, growth, megabytes),
  ]
}
