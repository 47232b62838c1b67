import { keyId } from '../crypto/key-id.ts'
import { compareVersions } from '../format/version-order.ts'
import { isSameKey } from './base64.ts'
import type { NamedKey } from './key-argument.ts'
import { keysFor } from './key-line.ts'
import { currentKey, highestVersion, type Memory, remember } from './memory.ts'
import { checkPins, type Keyring, type SignedPackage } from './pins.ts'
import { followsByRotation, type Rotation } from './rotation.ts'
import { TrustError } from './trust-error.ts'

export const TRUST_POLICIES = ['open', 'tofu', 'pinned'] as const
export type TrustPolicy = (typeof TRUST_POLICIES)[number]

/** All that a decision rests on (trust §4). */
export interface TrustState {
  readonly policy: TrustPolicy
  readonly keyrings: readonly Keyring[]
  /** Read where the policy is not `open`. */
  readonly memory: Memory
  /** Those of the package, and those that the caller gave. */
  readonly rotations: readonly Rotation[]
  /** Keys that the caller named. */
  readonly namedKeys: readonly NamedKey[]
  /** Keys of the detached signatures that were given, all of which fit the file. */
  readonly signatures: readonly Uint8Array[]
  readonly threshold?: number
  /** Seconds since 1970. */
  readonly now: number
}

export interface JudgedPackage extends SignedPackage {
  readonly version: string
  /** Seconds since 1970. */
  readonly expires?: number
}

/** Why a package was accepted. */
export interface TrustDecision {
  /** Keyrings that have its key for its name. */
  readonly pinnedBy: readonly Keyring['keyring'][]
  /** `first`: seen for the first time; `rotation`: follows the key before; absent where nothing is remembered. */
  readonly seen?: 'first' | 'same' | 'rotation' | 'pinned'
  /** The higher version that was seen before, where that is no refusal. */
  readonly olderThan?: string
  /** How many signers counted, where keys were named or a threshold was. */
  readonly counted?: number
  /** What is to be remembered. The same value where that is nothing new. */
  readonly memory: Memory
}

/**
 * trust §4: accepts a package, or says why not. Pure.
 * @throws TrustError PACKAGE_EXPIRED, THRESHOLD_MISSED, KEY_UNTRUSTED, KEY_UNPINNED, KEY_CHANGED, VERSION_ROLLBACK
 */
export function decideTrust(pkg: JudgedPackage, state: TrustState): TrustDecision {
  checkExpiry(pkg, state.now)
  const counted = checkThreshold(pkg, state)
  const pinnedBy = checkPins(pkg, state.keyrings).map(({ keyring }) => keyring)
  const signers = counted === undefined ? {} : { counted }
  if (state.policy === 'open') return { pinnedBy, ...signers, memory: state.memory }
  const seen = checkKey(pkg, state, pinnedBy.length > 0)
  const olderThan = checkVersion(pkg, state)
  const { name, version, publicKey } = pkg
  const memory = remember(state.memory, { name, version, publicKey })
  return { pinnedBy, seen, ...(olderThan === undefined ? {} : { olderThan }), ...signers, memory }
}

/** trust §8. */
function checkExpiry({ path, expires }: JudgedPackage, now: number): void {
  if (expires === undefined || expires > now) return
  const got = timeText(expires)
  const message = `${path}: expired at ${got}, expected a time after ${timeText(now)} (trust §8)`
  const hint = 'fetch a newer one from its maker; if it should hold, look at the clock of this machine'
  throw new TrustError('PACKAGE_EXPIRED', message, { file: path, field: 'expires', got, want: timeText(now) }, { hint })
}

/** Such as `2027-01-31T00:00:00Z`; seconds where the calendar ends. */
export function timeText(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? `second ${seconds}` : time.toISOString().replace('.000Z', 'Z')
}

/** trust §7.2: how many of the signers count. */
function checkThreshold(pkg: JudgedPackage, state: TrustState): number | undefined {
  const { namedKeys, signatures, threshold } = state
  if (namedKeys.length === 0 && threshold === undefined) return undefined
  const pinned = distinct(state.keyrings.flatMap(({ lines }) => keysFor(lines, pkg.name)))
  const isCounted = (key: Uint8Array) =>
    namedKeys.length > 0 ? namedKeys.some(named => named.isKey(key)) : pinned.some(known => isSameKey(known, key))
  const signers = distinct([pkg.publicKey, ...signatures])
  const counted = signers.filter(isCounted).length
  if (counted >= (threshold ?? 1)) return counted
  if (threshold === undefined && signatures.length === 0) throw unexpected(pkg, namedKeys)
  const want = `${threshold ?? 1} of ${namedKeys.length || pinned.length} keys`
  const who = namedKeys.length > 0 ? 'that were named' : `that keyrings have for ${JSON.stringify(pkg.name)}`
  const message = `${pkg.path}: ${counted} of its ${signers.length} signers count, expected ${want} ${who} (trust §7.2)`
  const hint =
    'give more detached signatures with --signature (`flavor sign` makes them); --key and `flavor trust` say whose count'
  throw new TrustError('THRESHOLD_MISSED', message, { file: pkg.path, got: `${counted}`, want }, { hint })
}

function unexpected(pkg: JudgedPackage, named: readonly NamedKey[]): TrustError {
  const [got, want] = [keyId(pkg.publicKey), named.map(({ text }) => text).join(' or ')]
  const message = `${pkg.path}: signed by key ${got}, expected ${want}`
  const hint = 'somebody else than you expect signed this file: do not run it before you know who'
  return new TrustError('KEY_UNEXPECTED', message, { file: pkg.path, field: 'public key', got, want }, { hint })
}

function distinct(keys: readonly Uint8Array[]): Uint8Array[] {
  return keys.filter((key, at) => keys.findIndex(other => isSameKey(other, key)) === at)
}

/** trust §4: the key against the keyrings and the one before. */
function checkKey(pkg: JudgedPackage, state: TrustState, isPinned: boolean): NonNullable<TrustDecision['seen']> {
  if (isPinned) return 'pinned'
  if (state.policy === 'pinned') throw unpinned(pkg)
  const before = currentKey(state.memory, pkg.name)
  if (before === undefined) return 'first'
  if (isSameKey(before, pkg.publicKey)) return 'same'
  if (followsByRotation(state.rotations, pkg.name, before, pkg.publicKey)) return 'rotation'
  const [got, want] = [keyId(pkg.publicKey), keyId(before)]
  const message = `${pkg.path}: signed by key ${got}, expected ${want}, which signed ${JSON.stringify(pkg.name)} before (trust §4)`
  const hint = `ask its maker for a statement of rotation (--rotation FILE); to take the new key on your own, \`flavor trust remove ${want}\` first`
  throw new TrustError('KEY_CHANGED', message, { file: pkg.path, field: 'public key', got, want }, { hint })
}

function unpinned(pkg: JudgedPackage): TrustError {
  const got = keyId(pkg.publicKey)
  const message = `${pkg.path}: signed by key ${got}, expected one that a keyring has for ${JSON.stringify(pkg.name)} (trust §4)`
  const hint = 'get the key from its maker by another way than the file, and `flavor trust add` it'
  return new TrustError(
    'KEY_UNPINNED',
    message,
    { file: pkg.path, field: 'public key', got, want: 'a pinned key' },
    { hint },
  )
}

/** trust §4: the higher version that was seen before, if there is one. */
function checkVersion(pkg: JudgedPackage, { memory, policy }: TrustState): string | undefined {
  const highest = highestVersion(memory, pkg.name, pkg.publicKey)
  if (highest === undefined || compareVersions(pkg.version, highest) >= 0) return undefined
  if (policy === 'tofu') return highest
  const message = `${pkg.path}: ${pkg.name} ${pkg.version} is older than ${highest}, which was seen before (trust §4)`
  const hint = 'old versions have old faults: fetch the newest; --trust-policy tofu takes an older one with a warning'
  const detail = { file: pkg.path, field: 'version', got: pkg.version, want: `${highest} or newer` }
  throw new TrustError('VERSION_ROLLBACK', message, detail, { hint })
}
