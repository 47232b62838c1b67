import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { formatKeyLine } from '../../src/trust/key-line.ts'
import { differenceBar, type Measurement } from './bar.ts'
import { interleave } from './interleaved.ts'
import { hello } from './launch-groups.ts'

const ROUNDS = 500
const KEYS = 100
/** What packages of the benchmarks are signed with. */
const SEED = 'bench'

/** What pinned keys add to a warm start. */
export async function trust(): Promise<Measurement[]> {
  const { env, path } = await hello('trust')
  const [pinned, none] = [join(dirname(path), 'pinned'), join(dirname(path), 'none')]
  mkdirSync(none)
  writeKeyring(join(pinned, 'flavor/trust'))
  const withConfig = (directory: string) => ['/usr/bin/env', `XDG_CONFIG_HOME=${directory}`, path] as const
  const [measured, baseline] = await interleave(withConfig(pinned), withConfig(none), { rounds: ROUNDS, env })
  const what = `warm start with a keyring of ${KEYS} keys`
  return [differenceBar(what, 0.0001, measured.seconds, baseline.seconds, 'without a keyring')]
}

/** The key that counts is the last, so that each line is read. */
function writeKeyring(directory: string): void {
  mkdirSync(directory, { recursive: true })
  const seeds = [...Array.from({ length: KEYS - 1 }, (_, at) => `other ${at}`), SEED]
  const lines = seeds.map(seed => {
    const { publicKey } = keyPairFromSeedText(seed)
    return formatKeyLine({ publicKey, names: ['hello'], comment: seed })
  })
  const file = join(directory, 'all.keys')
  writeFileSync(file, `${lines.join('\n')}\n`)
  chmodSync(directory, 0o700)
  chmodSync(file, 0o600)
}
