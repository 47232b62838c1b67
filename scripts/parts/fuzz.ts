import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { report, type Tally } from './tally.ts'

/** Long enough to run the saved corpus through both readers and to try some changes; finding something new is for longer runs. */
const SECONDS = 60

/** `scripts/fuzz` for a minute in all, with the saved corpus; each target counts as one test. */
export function fuzz(root: string, filter?: string): Tally {
  const command = [join(root, 'scripts/fuzz.ts'), '--seconds', `${SECONDS}`, ...(filter === undefined ? [] : [filter])]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' })
  const tally = fuzzCounts(stdout)
  const isBroken = status !== 0 && tally.failed === 0
  report('fuzz', status === 0 ? [] : [...stdout.split('\n'), ...stderr.split('\n')])
  return isBroken || tally.passed + tally.failed === 0 ? { ...tally, failed: tally.failed + 1 } : tally
}

/** What the lines of scripts/fuzz say, one for each target. */
export function fuzzCounts(output: string): Tally {
  const found = [...output.matchAll(/^[\w-]+: \d+ executions; .*; (\d+) findings$/gm)].map(match => Number(match[1]))
  const skipped = [...output.matchAll(/^skipped: (.*)$/gm)].map(match => `fuzz: ${match[1]}`)
  const failed = found.filter(count => count > 0).length
  return { passed: found.length - failed, failed, skipped }
}
