import { keyId } from '../../src/crypto/key-id.ts'
import { compareVersions } from '../../src/format/version-order.ts'
import { isSameKey } from '../../src/trust/base64.ts'
import { parseDetached } from '../../src/trust/detached-signature.ts'
import { parseKeyLines } from '../../src/trust/key-line.ts'
import { formatMemory, parseMemory } from '../../src/trust/memory.ts'
import { keysFileOf, matchesNames, parseNames } from '../../src/trust/package-names.ts'
import { checkPins, type Keyring } from '../../src/trust/pins.ts'
import { decideTrust, type TrustPolicy } from '../../src/trust/policy.ts'
import { followsByRotation, parseRotations } from '../../src/trust/rotation.ts'
import { type LoadedVector, textOf } from './vectors.ts'

/** What reads the vectors of spec/trust.md. */
export const TRUST_READERS: Readonly<Record<string, (vector: LoadedVector) => unknown>> = {
  'key-lines': vector => ({
    keys: parseKeyLines(Buffer.from(textOf(vector, 'text')), 'keys').map(({ publicKey, names, comment }) => ({
      public_key: hexOf(publicKey),
      names,
      comment,
    })),
  }),
  'trust-names': vector => {
    const [patterns, name] = [parseNames(textOf(vector, 'names')), textOf(vector, 'name')]
    if (patterns === undefined) throw new Error(`${vector.id}: no patterns`)
    return { matches: matchesNames(patterns, name), file: keysFileOf(name) }
  },
  pins: vector => {
    const pkg = { path: 'x', name: textOf(vector, 'name'), publicKey: keyOf(vector, 'public_key') }
    return { pinned_by: checkPins(pkg, keyringsOf(vector)).map(({ keyring }) => keyring) }
  },
  'version-order': vector => ({
    order: Math.sign(compareVersions(textOf(vector, 'one'), textOf(vector, 'other'))),
  }),
  rotation: vector => {
    const statements = parseRotations(Buffer.from(textOf(vector, 'text')), 'statements')
    const [from, to] = [keyOf(vector, 'from'), keyOf(vector, 'to')]
    return { follows: followsByRotation(statements, textOf(vector, 'name'), from, to) }
  },
  'detached-signature': vector => {
    const found = parseDetached(Buffer.from(textOf(vector, 'text')), 'x.sig', textOf(vector, 'hash'))
    return { keys: found.map(({ publicKey }) => hexOf(publicKey)) }
  },
  'trust-decision': readDecision,
}

function readDecision(vector: LoadedVector): unknown {
  const { policy, threshold, expires, now } = vector.input as {
    policy: TrustPolicy
    threshold?: number
    expires?: number
    now: number
  }
  const text = (key: string) => (vector.input?.[key] === undefined ? '' : textOf(vector, key))
  const pkg = {
    path: 'x',
    name: textOf(vector, 'name'),
    version: textOf(vector, 'version'),
    publicKey: keyOf(vector, 'public_key'),
    ...(expires === undefined ? {} : { expires }),
  }
  const found = decideTrust(pkg, {
    policy,
    keyrings: keyringsOf(vector),
    memory: text('memory') === '' ? [] : parseMemory(Buffer.from(text('memory')), 'seen'),
    rotations: parseRotations(Buffer.from(text('rotations')), 'statements'),
    namedKeys: keysOf(vector, 'named_keys').map(key => ({ text: keyId(key), isKey: other => isSameKey(key, other) })),
    signatures: keysOf(vector, 'signatures'),
    ...(threshold === undefined ? {} : { threshold }),
    now,
  })
  return {
    pinned_by: found.pinnedBy,
    ...(found.seen === undefined ? {} : { seen: found.seen, memory: formatMemory(found.memory) }),
    ...(found.olderThan === undefined ? {} : { older_than: found.olderThan }),
    ...(found.counted === undefined ? {} : { counted: found.counted }),
  }
}

function keyringsOf(vector: LoadedVector): Keyring[] {
  const texts = (vector.input?.keyrings ?? {}) as Partial<Record<Keyring['keyring'], string>>
  return (['system', 'user', 'project'] as const).flatMap(keyring => {
    const text = texts[keyring]
    return text === undefined ? [] : [{ keyring, where: keyring, lines: parseKeyLines(Buffer.from(text), keyring) }]
  })
}

function keyOf(vector: LoadedVector, key: string): Uint8Array {
  return Buffer.from(textOf(vector, key), 'hex')
}

function keysOf(vector: LoadedVector, key: string): Uint8Array[] {
  return ((vector.input?.[key] ?? []) as string[]).map(digits => Buffer.from(digits, 'hex'))
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
