import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import { flavorBundle } from '../support/flavor-bundle.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { treeSlot } from '../workenv/workenv-fixture.ts'
import { runToEnd } from './fault-injection.ts'
import { appFor, freshHome, snapshot, startIn } from './way-app.ts'

const unable = missing('linux')
const ALL = process.env.FLAVOR_TEST_ALL === '1'
/** Between two cleanings. */
const BATCH = 100
const BATCHES = ALL ? 100 : 20

beforeAll(async () => void (unable ?? (await nativeLauncher())), BUILD_TIMEOUT)

/** The descriptors that a program is given. */
const PROGRAM = '#!/bin/sh\nexec ls /proc/self/fd\n'
/** Each run has to say what the first one said. */
const SOAK = `
count=0
while [ $count -lt "$2" ]; do
  said=$("$1" </dev/null) || exit 1
  [ "$said" = "$3" ] || { echo "run $count: $said"; exit 1; }
  count=$((count + 1))
done
echo $count
`

describe.skipIf(unable)(`a long soak${unable ? `: ${unable}` : ''}`, () => {
  test(`workenv §7.1: ${BATCH * BATCHES} warm runs with cleanings in between leave no file, descriptor or byte more`, {
    timeout: 900_000,
  }, async () => {
    const home = freshHome()
    const app = await appFor('native', {
      changes: { slots: [treeSlot('app', { 'bin/run': PROGRAM })], setupCommands: [] },
    })
    const clean = [...flavorBundle(), 'workenv', 'clean', '--older-than', '0', '--yes'] as const
    const script = join(home, 'soak.sh')
    writeFileSync(script, SOAK)
    const say = async (path: string) => {
      const command = ['/bin/sh', '-c', 'said=$("$1" </dev/null); echo "$said"', 'sh', path] as const
      const ended = await runToEnd(startIn(home, { path, command }))
      expect(ended).toMatchObject({ status: 0, stderr: '' })
      return ended.stdout.trimEnd()
    }
    const direct = join(home, 'direct')
    writeFileSync(direct, PROGRAM, { mode: 0o755 })
    await say(app.path)
    const said = await say(app.path)
    // Those of a direct start, and the lock that marks the use (workenv §8.2).
    expect(said.split('\n').sort()).toEqual([...(await say(direct)).split('\n'), '100'].sort())
    const before = { files: snapshot(home), usage: diskUsage(home) }
    let runs = 0
    for (let batch = 0; batch < BATCHES; batch++) {
      const ended = await runToEnd(
        startIn(home, { path: '', command: ['/bin/sh', script, app.path, `${BATCH}`, said] }),
      )
      expect(ended).toEqual({ status: 0, signal: null, stdout: `${BATCH}\n`, stderr: '' })
      runs += BATCH
      expect(await runToEnd(startIn(home, { path: '', command: clean }))).toMatchObject({ status: 0, stderr: '' })
      expect({ files: snapshot(home), usage: diskUsage(home) }, `after ${runs} runs`).toEqual(before)
    }
    console.log(`${runs} warm runs and ${BATCHES} cleanings: ${before.files.length} entries before and after`)
    expect(runs).toBe(BATCH * BATCHES)
  })
})
