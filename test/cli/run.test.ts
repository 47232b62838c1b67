import { spawnSync } from 'node:child_process'
import { constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

cliScript('run')

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** Packs a program that the system's shell runs, and runs it through `flavor run`. */
async function packed(script: string) {
  const directory = scratch()
  mkdirSync(join(directory, 'home'))
  const plan = samplePlan(join(directory, 'plan'))
  const argv = ['/bin/sh', '-c', script, 'program']
  const { path } = await writeSample(directory, { ...plan, execution: { ...plan.execution, argv } })
  const env = { PATH: process.env.PATH, HOME: join(directory, 'home'), FLAVOR_CACHE: join(directory, 'cache') }
  return (words: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) => {
    const { input = '', env: more } = options
    return spawnSync(process.execPath, [MAIN, 'run', ...words.map(word => word.replace('FILE', path))], {
      encoding: 'utf8',
      input,
      env: { ...env, ...more },
    })
  }
}

test.each(['exec', 'spawn'])('§8.1 arguments, stdin and exit code are those of the program (%s)', async mode => {
  const run = await packed('printf "<%s>" "$@"; cat; exit 42')
  const words = ['--json', 'FILE', 'a b', '', '--json', '"q\' ü', '--', '-q']
  const { status, stdout, stderr } = run(words, { input: 'input', env: { FLAVOR_EXEC_MODE: mode } })
  expect({ status, stderr }).toEqual({ status: 42, stderr: '' })
  expect(stdout).toBe(`<a b><><--json><"q' ü><--><-q>input`)
})

test.each(['exec', 'spawn'])('death by a signal is passed on (%s)', async mode => {
  const run = await packed('kill -TERM $$')
  expect(run(['FILE'], { env: { FLAVOR_EXEC_MODE: mode } })).toMatchObject({ signal: 'SIGTERM', stderr: '' })
})

test('the program finds what was packed, and is not told of variables that steer flavor', async () => {
  const run = await packed('cat "$FLAVOR_WORKENV/share/readme.txt"; echo "[$FLAVOR_EXEC_MODE]"')
  const { stdout } = run(['FILE'], { env: { FLAVOR_EXEC_MODE: 'spawn' } })
  expect(stdout).toBe('a single file that is long enough to be stored\n[]\n')
})

test.runIf(process.platform === 'linux')(
  'the pipes of the program are as they were: not made non-blocking',
  async () => {
    const run = await packed('cat /proc/self/fdinfo/0 /proc/self/fdinfo/1 /proc/self/fdinfo/2')
    const { stdout } = run(['FILE'])
    const flags = [...stdout.matchAll(/^flags:\s+([0-7]+)$/gm)].map(([, octal = '']) => Number.parseInt(octal, 8))
    expect(flags).toHaveLength(3)
    for (const flag of flags) expect(flag & constants.O_NONBLOCK).toBe(0)
  },
)
