import { readFileSync } from 'node:fs'
import { Sha256 } from '../crypto/sha256.ts'
import type { TrustTable } from '../manifest/trust-table.ts'
import { chunkMemory, readRange } from '../package/file-reading.ts'
import type { PackageFile } from '../package/package-file.ts'
import { parseDetached } from '../trust/detached-signature.ts'
import { judgePackage, type TrustJudgement } from '../trust/judge-package.ts'
import { namedKeys } from '../trust/key-argument.ts'
import { keyringPlaces } from '../trust/keyring-places.ts'
import { TRUST_POLICIES, type TrustPolicy } from '../trust/policy.ts'
import { projectKeyring } from '../trust/project-keyring.ts'
import { parseRotations } from '../trust/rotation.ts'
import { TrustError } from '../trust/trust-error.ts'
import { thisMachine } from '../workenv/machine.ts'
import type { Io } from './ui/io.ts'

/** Flags of every verb that judges who signed a package (trust §9). */
export const TRUST_FLAGS = {
  key: {
    type: 'string',
    placeholder: 'KEY',
    description: 'a key that must have signed it: a file, a key line, 64 hex digits, or a key id',
    completion: 'file',
    repeatable: true,
  },
  'trust-policy': {
    type: 'string',
    placeholder: 'POLICY',
    description: 'what a key needs: nothing, to be that of last time, to be in a keyring',
    choices: TRUST_POLICIES,
  },
  'trust-manifest': {
    type: 'string',
    placeholder: 'FILE',
    description: 'a pyproject.toml whose [tool.flavor.trust] counts too',
    completion: 'file',
  },
  signature: {
    type: 'string',
    placeholder: 'FILE',
    description: 'detached signatures of the package, as `flavor sign` makes them',
    completion: 'file',
    repeatable: true,
  },
  threshold: {
    type: 'integer',
    placeholder: 'K',
    minimum: 1,
    description: 'how many keys that count must have signed',
  },
  rotation: {
    type: 'string',
    placeholder: 'FILE',
    description: 'statements by which an old key gives way to a new one',
    completion: 'file',
    repeatable: true,
  },
} as const

/** What the user asked of the key, with the names of the flags. */
export interface TrustWishes {
  readonly key: readonly string[]
  readonly policy: TrustPolicy | undefined
  readonly manifest: string | undefined
  readonly signature: readonly string[]
  readonly threshold: number | undefined
  readonly rotation: readonly string[]
}

/** What was decided, and by what. */
export interface Judged extends TrustJudgement {
  readonly policy: TrustPolicy
  /** Key of the package first, then those of the detached signatures that fit. */
  readonly signers: readonly Uint8Array[]
}

/**
 * Judges an open package by the keyrings of this machine and by what the user asked (trust §4).
 * @throws TrustError, CryptoError, ManifestError
 */
export async function judge(
  pkg: PackageFile,
  wishes: TrustWishes,
  io: Pick<Io, 'environment' | 'warn'>,
): Promise<Judged> {
  const { name, version } = pkg.metadata.package
  const { expires, rotations = [] } = pkg.metadata
  const table = wishes.manifest === undefined ? undefined : await tableOf(wishes.manifest)
  const project = wishes.manifest === undefined ? undefined : projectKeyring(wishes.manifest, table?.keys ?? [])
  const policy = wishes.policy ?? table?.policy ?? 'open'
  const threshold = wishes.threshold ?? table?.threshold
  const signatures = detachedKeys(pkg, wishes.signature)
  const statements = [
    ...parseRotations(Buffer.from(rotations.join('\n')), `rotations of ${pkg.path}`),
    ...wishes.rotation.flatMap(path => parseRotations(readGiven(path, STATEMENTS), path)),
  ]
  const { publicKey } = pkg.index
  const judged = judgePackage(
    { path: pkg.path, name, version, publicKey, ...(expires === undefined ? {} : { expires }) },
    {
      policy,
      places: keyringPlaces(thisMachine(io.environment)),
      ...(project === undefined ? {} : { project }),
      rotations: statements,
      namedKeys: wishes.key.flatMap(namedKeys),
      signatures,
      ...(threshold === undefined ? {} : { threshold }),
      now: Date.now() / 1000,
    },
  )
  if (judged.olderThan !== undefined) {
    io.warn(`${name} ${version} is older than ${judged.olderThan}, which was seen before`)
  }
  return { ...judged, policy, signers: [publicKey, ...signatures] }
}

/** Loaded when it is needed: the parsers of manifests take longer to load than a package takes to start. */
async function tableOf(manifest: string): Promise<TrustTable> {
  const { fieldError, readManifest } = await import('../manifest/manifest-source.ts')
  const { parseTrustTable } = await import('../manifest/trust-table.ts')
  const source = readManifest(manifest)
  const table = parseTrustTable(source)
  if (table !== undefined) return table
  // A check that was asked for and has nothing to go by must not pass: the name of a table is soon misspelled.
  const want = '[tool.flavor.trust]'
  const hint = '`flavor trust show` prints the lines of its keys; docs/trust.md shows the table'
  const text = { got: 'nothing', want, message: `says nothing of trust, expected ${want}`, hint }
  throw fieldError('MANIFEST_MISSING', source, ['tool', 'flavor', 'trust'], text)
}

/** trust §7.1. */
function detachedKeys(pkg: PackageFile, paths: readonly string[]): Uint8Array[] {
  if (paths.length === 0) return []
  const hash = hashOfFile(pkg)
  return paths.flatMap(path => parseDetached(readGiven(path, SIGNATURES), path, hash).map(({ publicKey }) => publicKey))
}

/**
 * A file that the user named.
 * @param what it should hold, as `flavor COMMAND` writes it
 * @throws TrustError TRUST_FILE_READ
 */
export function readGiven(path: string, what: { readonly holds: string; readonly from: string }): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${path}: cannot be read, expected a file of ${what.holds}: ${reason}`
    throw new TrustError('TRUST_FILE_READ', message, { file: path }, { cause, hint: `\`${what.from}\` writes one` })
  }
}

export const STATEMENTS = { holds: 'statements of rotation', from: 'flavor trust rotate' }
export const SIGNATURES = { holds: 'detached signatures', from: 'flavor sign' }

/** Hex SHA-256 of the whole file, through the descriptor that everything else is read through. */
export function hashOfFile({ fd, path, size }: Pick<PackageFile, 'fd' | 'path' | 'size'>): string {
  const hash = new Sha256()
  for (const bytes of readRange(fd, path, 0, size, chunkMemory())) hash.update(bytes)
  return hash.digestHex()
}
