import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { LAUNCH_WAYS } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { type Ended, runToEnd } from './fault-injection.ts'
import { appFor, freshHome, OUTPUT, startIn, type WayApp } from './way-app.ts'

/** workenv §10.1 and §10.2: a program that was started is one that runs, however many are cleaning. */

const unable = missing('linux')
const STARTS = process.env.FLAVOR_TEST_ALL === '1' ? 3000 : 45
const AT_ONCE = 3
const MODES = ['exec', 'spawn'] as const

beforeAll(async () => {
  if (unable !== undefined) return
  await nativeLauncher()
  await nodeLauncher()
}, BUILD_TIMEOUT)

describe.skipIf(unable)(
  `starts beside a cleaner that removes all that nobody uses${unable ? `: ${unable}` : ''}`,
  () => {
    describe.each(LAUNCH_WAYS)('%s', way => {
      test.each(MODES)('workenv §10.2: %s: each of them is right', { timeout: 3_600_000 }, async mode => {
        const home = freshHome()
        const app = await appFor(way, { files: 2 })
        const cleaner = cleanerOf(home)
        await once(cleaner.stdout, 'data')
        const ended = await starts(home, app, { FLAVOR_EXEC_MODE: mode })
        cleaner.kill('SIGTERM')
        const removed = Number(await text(cleaner.stdout))
        const wrong = ended.filter(({ status, stdout, stderr }) => status !== 0 || stdout !== OUTPUT || stderr !== '')
        console.log(
          `${way}, ${mode}: ${ended.length} starts, ${wrong.length} wrong; ${removed} work environments removed`,
        )
        expect(wrong.slice(0, 3)).toEqual([])
        expect(ended).toHaveLength(STARTS)
        expect(removed).toBeGreaterThan(0)
      })
    })
  },
)

function cleanerOf(home: string) {
  const { env } = startIn(home, { path: '', command: [''] })
  return spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'cleaning-process.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  }) satisfies ChildProcess
}

/** Some at once, and again when all of them have ended: then nobody uses it for a moment, and a cleaning takes it from under the next. */
async function starts(home: string, app: WayApp, more: Readonly<Record<string, string>>): Promise<Ended[]> {
  const ended: Ended[] = []
  while (ended.length < STARTS) {
    const round = Array.from({ length: AT_ONCE }, () => runToEnd(startIn(home, app, more)))
    ended.push(...(await Promise.all(round)))
  }
  return ended
}
