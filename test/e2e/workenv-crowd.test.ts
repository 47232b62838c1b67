import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { flavorBundle } from '../support/flavor-bundle.ts'
import { launchedBy } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { treeOf } from '../workenv/workenv-fixture.ts'
import { type Ended, runToEnd, type Start } from './fault-injection.ts'
import { appFor, freshHome, OUTPUT, startIn } from './way-app.ts'

const unable = missing('linux')
const RUNS = 64
/** What a base may hold when all are done: attempts with their seals and locks, shared slots, and nothing in staging. */
const BELONGS =
  /^(?:staging\/|envs\/|envs\/[^/]+\.(?:seal|lock)|envs\/[^/]+\.\d+\/.*|slots\/|slots\/[0-9a-f]{64}\.lock|slots\/[0-9a-f]{64}\/.*)$/

beforeAll(async () => {
  if (unable !== undefined) return
  await nativeLauncher()
  await nodeLauncher()
}, BUILD_TIMEOUT)

describe.skipIf(unable)(`many first runs at once${unable ? `: ${unable}` : ''}`, () => {
  test('workenv §6.2: 64, in three ways, of two packages of one name, while the cache is cleaned: all right, one copy', {
    timeout: 600_000,
  }, async () => {
    const home = freshHome()
    const [native, node, other] = [await appFor('native'), await appFor('node'), await appFor('native', { files: 71 })]
    const viaFlavor = (path: string) => ({ path, command: launchedBy('flavor run', path) })
    const ways = [
      ...Array.from({ length: 20 }, () => native),
      ...Array.from({ length: 20 }, () => viaFlavor(native.path)),
      ...Array.from({ length: 12 }, () => node),
      ...Array.from({ length: 6 }, () => other),
      ...Array.from({ length: 6 }, () => viaFlavor(other.path)),
    ]
    expect(ways).toHaveLength(RUNS)
    const gate = await heldBack(ways.map(app => startIn(home, app)))
    const cleaning = new AbortController()
    const cleanings = cleanWhile(home, cleaning.signal)
    const ended = await gate.open()
    cleaning.abort()
    const cleaned = await cleanings
    const right = ended.filter(({ stdout, status }) => status === 0 && stdout === OUTPUT)
    expect(ended.filter(one => !right.includes(one))).toEqual([])
    const left = treeOf(`${home}/cache`)
    expect(left.filter(path => !BELONGS.test(path))).toEqual([])
    // One of each package, and one shared slot for all three.
    expect(left.filter(path => /^envs\/[^/]+\/$/.test(path))).toHaveLength(3)
    expect(left.filter(path => /^envs\/[^/]+\.seal$/.test(path))).toHaveLength(3)
    expect(left.filter(path => /^slots\/[^/]+\/$/.test(path))).toHaveLength(1)
    expect(treeOf(`${home}/data`).filter(path => path.startsWith('flavor/staging/'))).toEqual(['flavor/staging/'])
    expect(cleaned).toBeGreaterThan(0)
    console.log(
      `${right.length} first runs at once were right and left 3 work environments; ${cleaned} cleanings meanwhile`,
    )
  })
})

/** Processes that have all been started and wait for one line before each becomes its command. */
async function heldBack(starts: readonly Start[]): Promise<{ open(): Promise<Ended[]> }> {
  const children = starts.map(({ command, env }) =>
    spawn('/bin/sh', ['-c', 'echo; read -r line; exec "$@"', 'sh', ...command], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  )
  // The first line tells that a shell is there.
  await Promise.all(children.map(({ stdout }) => new Promise(resolve => stdout.once('readable', resolve))))
  const outputs = children.map(async child => {
    const ending = new Promise<Pick<Ended, 'status' | 'signal'>>(resolve =>
      child.once('close', (status, signal) => resolve({ status, signal })),
    )
    const [stdout, stderr, ended] = await Promise.all([text(child.stdout), text(child.stderr), ending])
    return { stdout: stdout.slice(1), stderr, ...ended }
  })
  return {
    async open() {
      for (const { stdin } of children) stdin.end('\n')
      return await Promise.all(outputs)
    },
  }
}

async function cleanWhile(home: string, signal: AbortSignal): Promise<number> {
  let count = 0
  while (!signal.aborted) {
    const command = [...flavorBundle(), 'workenv', 'clean', '--older-than', '0', '--yes'] as const
    const { status, stderr } = await runToEnd(startIn(home, { path: '', command }))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    count++
  }
  return count
}
