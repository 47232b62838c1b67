import { compileCrate } from '../../src/builders/launcher/native/build-native.ts'
import { crossRust } from '../../src/builders/launcher/native/cross-tools.ts'
import { nativeSources } from '../../src/builders/launcher/native/native-sources.ts'
import { shippedTarget } from '../../src/builders/launcher/native/native-targets.ts'
import type { Platform } from '../../src/format/platform.ts'
import { PACK_CACHE } from './packed-app.ts'

/** Executables that run the tests of the crate on another platform. */
export interface CrateTests {
  /** All vectors of FLAVOR_VECTORS. */
  readonly vectors: string
  readonly unit: string
}

/** Less optimised than a launcher, which takes a third of the time; but hashing, signatures and decoding as for a launcher's own tests. */
const PROFILE = ['opt-level=1', 'debug=0', 'incremental=false'].map(setting => `--config=profile.dev.${setting}`)

/**
 * Builds them with the tools, C library and flags of the launcher that ships, but for the one that leaves out what unwinding needs: a test
 * that panics must not hide the others. Minutes, the first time.
 */
export async function crateTests(platform: Platform): Promise<CrateTests> {
  const context = { cacheDirectory: PACK_CACHE, environment: process.env }
  const [rust, sources, target] = [await crossRust(context), nativeSources(), shippedTarget(platform)]
  if (sources === undefined || target === undefined) throw new Error('a checkout has the crate')
  const rustFlags = target.rustFlags.filter(flag => !flag.includes('force-unwind-tables'))
  const build = { sources, rust, target: { ...target, rustFlags }, shipped: true }
  const { ok, stdout, stderr } = await compileCrate(build, ['--tests', '--message-format=json', ...PROFILE], context)
  if (!ok) throw new Error(stderr)
  const made = stdout.split('\n').flatMap(line => executableOf(line))
  return { vectors: pathOf(made, 'vectors'), unit: pathOf(made, 'flavor_launcher') }
}

interface Executable {
  readonly name: string
  readonly path: string
}

function executableOf(line: string): Executable[] {
  if (!line.startsWith('{')) return []
  const message: { executable?: string | null; target?: { name: string }; profile?: { test: boolean } } =
    JSON.parse(line)
  if (message.executable == null || message.profile?.test !== true) return []
  return [{ name: message.target?.name ?? '', path: message.executable }]
}

function pathOf(made: readonly Executable[], name: string): string {
  const found = made.find(one => one.name === name)
  if (found === undefined) throw new Error(`cargo made no tests ${name}`)
  return found.path
}
