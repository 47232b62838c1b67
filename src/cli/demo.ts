import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PackedProject, pack } from '../builders/pack.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { openPackage } from '../package/package-file.ts'
import { type VerifyReport, verifyPackage } from '../package/verify.ts'
import { cacheBase } from '../workenv/cache-base.ts'
import { HTTPIE_PYPROJECT } from './demo/httpie-project.ts'
import { type TimedRun, timedRun } from './demo/timed-run.ts'
import type { Io } from './ui/io.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatDuration } from './ui/quantity.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const demo = defineVerb({
  name: 'demo',
  summary: 'pack a real application, run it, verify it',
  description:
    'The application is HTTPie, whose dependencies come from your package index. The project and the package stay in the cache, where you can try them; `flavor clean --pack-cache` removes them.',
  arguments: {},
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      description: 'the package; without it in the cache',
      completion: 'file',
    },
  },
  examples: [{ command: 'flavor demo --output http', description: 'then try ./http --help' }],
  exits: [3, 4],
  json: {
    type: 'always "demo"',
    path: 'the package',
    size: 'bytes of the file',
    launcher: 'name of the launcher',
    launcher_size: 'bytes of the launcher',
    unpacked: 'bytes of all that it unpacks to',
    packed_in: 'milliseconds of packing',
    first_run: 'milliseconds of the first run, which verifies and unpacks',
    next_run: 'milliseconds of the run after it',
    output: 'what the program printed',
    verified_in: 'milliseconds of decoding and comparing everything',
    key_id: 'first 16 hex digits of the SHA-256 of the public key',
  },
  interruptible: true,
  async run({ options, io }) {
    const shown = await show(options.output, io)
    io.answer(demoObject(shown), () => demoText(shown))
    return 0
  },
})

interface Shown {
  readonly packed: PackedProject
  readonly packedIn: number
  readonly first: TimedRun
  readonly next: TimedRun
  readonly report: VerifyReport
  readonly verifiedIn: number
}

async function show(output: string | undefined, io: Io): Promise<Shown> {
  const cacheDirectory = cacheBase(io.environment).path
  const project = join(cacheDirectory, 'demo', 'httpie-app')
  ensureDirectory(project, 0o700)
  writeFileSync(join(project, 'pyproject.toml'), HTTPIE_PYPROJECT)
  const { onProgress } = io.progress()
  const started = io.now()
  const packed = await pack({
    manifest: join(project, 'pyproject.toml'),
    ...(output === undefined ? {} : { output }),
    key: { kind: 'ephemeral' },
    cacheDirectory,
    environment: io.environment,
    onStep: io.step,
    onProgress,
  })
  const packedIn = io.now() - started
  const { path } = packed.written
  const runs = runTwice(path, io)
  const verifyStarted = io.now()
  const pkg = openPackage(path)
  try {
    const report = await verifyPackage(pkg, { deep: true, onProgress })
    return { packed, packedIn, ...runs, report, verifiedIn: io.now() - verifyStarted }
  } finally {
    pkg.close()
  }
}

/** In a cache of its own, so that the first run is one. */
function runTwice(path: string, io: Io): { first: TimedRun; next: TimedRun } {
  const cache = mkdtempSync(join(tmpdir(), 'flavor-demo-'))
  try {
    io.step('running it for the first time, and once more')
    const environment = { ...io.environment, FLAVOR_CACHE: cache }
    const run = () => timedRun(path, ['--version'], environment, io.now)
    return { first: run(), next: run() }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

function unpackedBytes({ written }: PackedProject): number {
  return written.slots.reduce((sum, slot) => sum + slot.bytes, 0)
}

function demoObject({ packed, packedIn, first, next, report, verifiedIn }: Shown) {
  return {
    type: 'demo',
    path: packed.written.path,
    size: packed.written.size,
    launcher: packed.launcher.tool,
    launcher_size: packed.written.launcher.size,
    unpacked: unpackedBytes(packed),
    packed_in: Math.round(packedIn),
    first_run: Math.round(first.milliseconds),
    next_run: Math.round(next.milliseconds),
    output: first.output,
    verified_in: Math.round(verifiedIn),
    key_id: report.keyId,
  }
}

function demoText({ packed, packedIn, first, next, report, verifiedIn }: Shown): string {
  const { written, launcher } = packed
  const path = plainText(written.path)
  const contents = formatBytes(written.size - written.launcher.size)
  const files = report.slots.reduce((sum, slot) => sum + (slot.files ?? 0), 0)
  return formatPairs([
    ['packed', `${plainText(report.name)} ${plainText(report.version)} in ${formatDuration(packedIn)}`],
    ['file', path],
    [
      'size',
      `${formatBytes(written.size)}: ${contents} for ${formatBytes(unpackedBytes(packed))} of files, and the launcher`,
    ],
    ['launcher', `${plainText(launcher.tool)}, ${formatBytes(written.launcher.size)}${insteadText(launcher.instead)}`],
    ['first run', `${formatDuration(first.milliseconds)}, \`--version\` says ${plainText(first.output)}`],
    ['next run', formatDuration(next.milliseconds)],
    ['verified', `${files} files in ${formatDuration(verifiedIn)}, signed by key ${report.keyId} (thrown away)`],
    ['try it', `${path} --help`],
  ])
}

function insteadText(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${plainText(reason)})`
}
