import { accessSync, constants, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CryptoError } from '../../crypto/crypto-error.ts'
import { defaultKeyPath } from '../../crypto/default-key.ts'
import { readPrivateKeyFile } from '../../crypto/key-file.ts'
import { keyId } from '../../crypto/key-id.ts'
import { makeBase } from '../../workenv/base-directory.ts'
import { cacheRungs, type Rung } from '../../workenv/ladder.ts'
import { type Machine, thisMachine } from '../../workenv/machine.ts'
import { asRungFailure } from '../../workenv/rung-failure.ts'
import { formatBytes } from '../ui/quantity.ts'
import { type Check, failedCheck } from './check.ts'

/** Below this, unpacking an ordinary Python application may not fit. */
const SCARCE_BYTES = 512 * 1024 * 1024

/** The rung of the ladder that a first run would use: made, written to, executed from and with space left. */
export function cacheCheck(environment: Machine['environment']): Check {
  const machine = thisMachine(environment)
  const reasons: string[] = []
  for (const rung of cacheRungs(machine)) {
    const tried = tryRung(rung, machine)
    if (typeof tried === 'string') reasons.push(`${rung.path}: ${tried}`)
    else return cacheLine(rung, tried.free, reasons)
  }
  const hint = 'set FLAVOR_CACHE to a directory of your own from which programs may run'
  return { name: 'cache', status: 'fail', detail: reasons.join('; '), hint }
}

/** Why the rung cannot be used, or the bytes that are free there. */
function tryRung(rung: Rung, machine: Machine): string | { free: number } {
  let probe: string | undefined
  try {
    makeBase(rung, machine)
    probe = mkdtempSync(join(rung.path, '.doctor-'))
    const program = join(probe, 'program')
    writeFileSync(program, '', { mode: 0o700 })
    // Fails where the mount is noexec, also for root.
    accessSync(program, constants.X_OK)
    const { bavail, bsize } = statfsSync(rung.path)
    return { free: bavail * bsize }
  } catch (error) {
    const failure = asRungFailure(error)
    if (failure === undefined) throw error
    return failure.reason
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true })
  }
}

function cacheLine(rung: Rung, free: number, reasons: readonly string[]): Check {
  const detail = `${rung.path}, ${formatBytes(free)} free`
  if (rung.isPrivate) {
    const hint = 'what is unpacked there is lost now and then: set FLAVOR_CACHE to a directory of your own'
    return { name: 'cache', status: 'warn', detail: [detail, ...reasons].join('; '), hint }
  }
  if (free < SCARCE_BYTES)
    return { name: 'cache', status: 'warn', detail, hint: 'free some space; `flavor clean` helps' }
  return { name: 'cache', status: 'ok', detail }
}

/** The key that signs where none is named. */
export function keyCheck(environment: Machine['environment']): Check {
  const path = defaultKeyPath(environment)
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    return { name: 'key', status: 'ok', detail: `${path}: made by the first \`flavor pack\` without a key` }
  }
  try {
    return { name: 'key', status: 'ok', detail: `${path}, key id ${keyId(readPrivateKeyFile(path).publicKey)}` }
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'KEY_ENCRYPTED')
      return { name: 'key', status: 'ok', detail: `${path}, encrypted` }
    return failedCheck('key', error)
  }
}
