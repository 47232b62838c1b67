import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { Launcher } from '../../src/builders/launcher/launcher-store.ts'
import type { HostileFile } from './hostile-file.ts'

/** What one run of a launcher was. */
export interface Measured {
  readonly status: number
  readonly said: string
  readonly kilobytes: number
  readonly seconds: number
}

/** Seconds of processor time, behind which a launcher is stopped. */
export const MOST_SECONDS = 2

/** The directories that a launcher knows of; everything else below `root` must stay as it is. */
export function variablesIn(root: string): Record<string, string> {
  const inside = (name: string) => {
    mkdirSync(join(root, name), { recursive: true })
    return join(root, name)
  }
  return {
    PATH: '/usr/bin:/bin',
    HOME: inside('home'),
    TMPDIR: inside('tmp'),
    FLAVOR_CACHE: inside('cache'),
    FLAVOR_LAUNCHER_CLI: '1',
  }
}

/** Puts each file behind the launcher and lets it prepare its work environment, or verify it where only that can refuse. */
export async function measureAll(launcher: Launcher, files: readonly HostileFile[], root: string): Promise<Measured[]> {
  const env = variablesIn(root)
  const [program, cwd] = [join(root, 'launcher'), join(root, 'cwd')]
  mkdirSync(cwd)
  copyFileSync(launcher.path, program)
  const length = launcher.size
  const sha256 = createHash('sha256').update(readFileSync(program)).digest('hex')
  const python = spawn('python3', [join(import.meta.dirname, 'measure.py'), program, `${length}`, `${MOST_SECONDS}`])
  const measured: Measured[] = []
  const complaint = text(python.stderr)
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const behind = join(root, 'behind')
  for (const file of files) {
    writeFileSync(behind, file.behind({ length, sha256 }))
    const argv = [program, file.level === 'verify' ? 'verify' : 'prepare', '--json']
    python.stdin.write(`${JSON.stringify({ behind, argv, env, cwd })}\n`)
    const answer = await answers.next()
    if (answer.done) throw new Error(`${file.name}: nothing was measured: ${await complaint}`)
    measured.push(JSON.parse(answer.value) as Measured)
  }
  python.stdin.end()
  return measured
}
