import { beforeAll, describe, expect, test } from 'vitest'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { byShim, type FaultError } from './fault-injection.ts'
import { proveErrors, proveKills } from './fault-proof.ts'
import { appFor } from './way-app.ts'

/** workenv §1.3, §6.1 and §8.3 for what is started by Node: the calls of the process itself are counted, whatever the sources do. */

const unable = missing('linux', 'gcc')
const ERRORS: readonly FaultError[] = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE']
const KILLS = 200
const FAILURES_OF_ERROR = 40

beforeAll(async () => void (unable ?? (await nodeLauncher())), BUILD_TIMEOUT)

describe.skipIf(unable).each(['node', 'flavor run'] as const)(`%s${unable ? `: ${unable}` : ''}`, way => {
  test('workenv §6.1: killed before each call that changes the file system', { timeout: 3_600_000 }, async () => {
    const killed = await proveKills(await appFor(way), byShim(), KILLS)
    console.log(`${way}: ${killed} first runs killed, each followed by two that were right`)
    expect(killed).toBeGreaterThanOrEqual(KILLS)
  })

  test.each(ERRORS)('workenv §1.3: %s of any call', { timeout: 3_600_000 }, async error => {
    const { failed, ran, fell } = await proveErrors(await appFor(way), byShim(), error, { most: FAILURES_OF_ERROR })
    console.log(`${way}: ${failed} first runs with ${error}, ${ran} were right, ${fell} of them on another rung`)
    expect(failed).toBeGreaterThanOrEqual(FAILURES_OF_ERROR)
    expect(ran).toBeGreaterThan(0)
  })
})
