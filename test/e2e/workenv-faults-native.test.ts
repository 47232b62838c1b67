import { beforeAll, describe, expect, test } from 'vitest'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { byStrace, type FaultError } from './fault-injection.ts'
import { proveErrors, proveKills } from './fault-proof.ts'
import { appFor } from './way-app.ts'

/** workenv §1.3, §6.1 and §8.3 for the native launcher. */

const unable = missing('linux', 'strace')
const ERRORS: readonly FaultError[] = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE']
/** More than there are: a start takes milliseconds. */
const KILLS = 1000
const FAILURES_OF_ERROR = 60

beforeAll(async () => void (unable ?? (await nativeLauncher())), BUILD_TIMEOUT)

describe.skipIf(unable)(`native${unable ? `: ${unable}` : ''}`, () => {
  test('workenv §6.1: killed before each call that changes the file system', { timeout: 3_600_000 }, async () => {
    const killed = await proveKills(await appFor('native'), byStrace, KILLS)
    console.log(`native: ${killed} first runs killed, each followed by two that were right`)
    expect(killed).toBeGreaterThanOrEqual(200)
  })

  test.each(ERRORS)('workenv §1.3: %s of any call', { timeout: 3_600_000 }, async error => {
    const options = { most: FAILURES_OF_ERROR, preparing: true }
    const { failed, ran, fell } = await proveErrors(await appFor('native'), byStrace, error, options)
    console.log(`native: ${failed} first runs with ${error}, ${ran} were right, ${fell} of them on another rung`)
    expect(failed).toBeGreaterThanOrEqual(error === 'EMFILE' ? 30 : FAILURES_OF_ERROR)
    expect(Math.min(ran, fell)).toBeGreaterThan(20)
  })
})
