import { keyId } from '../../crypto/key-id.ts'
import { Sha256, sha256 } from '../../crypto/sha256.ts'
import { parseListing } from '../../format/tree-listing.ts'
import { checkSlotContent } from '../extract.ts'
import { chunkMemory, readRange } from '../file-reading.ts'
import { readBill } from '../origin/bill-of-materials.ts'
import { openEnvelope } from '../origin/dsse-envelope.ts'
import { readOrigin } from '../origin/origin-slot.ts'
import { parseStatement } from '../origin/provenance-statement.ts'
import type { PackageFile } from '../package-file.ts'
import type { PackageSlot } from '../package-slot.ts'
import { type JsonDifference, jsonDifferences } from './json-difference.ts'

/** One thing in which two packages differ. */
export interface Difference {
  /** `slot` is about what a slot holds, `file` about a file in one, `field` about the signed metadata. */
  readonly kind: 'key' | 'launcher' | 'field' | 'slot' | 'file' | 'sbom' | 'provenance' | 'layout'
  /** The slot, by id. */
  readonly slot: string | null
  /** Of a field, of a file, or of what a document says. */
  readonly path: string | null
  /** What each has there; null where it has nothing. */
  readonly a: string | null
  readonly b: string | null
}

/** Fields of slots that follow from what the slots hold, which is compared by itself. */
const FOLLOWING = new Set(['slot', 'size', 'original_size', 'checksum', 'tree', 'files', 'bytes'])
/** Parts of a statement that follow from the package that it is about. */
const SUBJECT = /^subject\b/

/**
 * In what two packages differ, the most telling first: key, launcher, fields, then slot by slot what they hold. Where all of that is the
 * same and the bytes are not, where the first other byte lies. Only the listings of two slots are ever held at once.
 * @throws what decoding slots throws
 */
export async function* packageDifferences(a: PackageFile, b: PackageFile): AsyncGenerator<Difference> {
  let count = 0
  for await (const found of differences(a, b)) {
    count += 1
    yield found
  }
  if (count === 0) yield* layoutDifference(a, b)
}

async function* differences(a: PackageFile, b: PackageFile): AsyncGenerator<Difference> {
  const keys = [keyId(a.index.publicKey), keyId(b.index.publicKey)] as const
  if (Buffer.compare(a.index.publicKey, b.index.publicKey) !== 0) yield difference('key', null, null, ...keys)
  const launchers = [launcherHash(a), launcherHash(b)] as const
  if (launchers[0] !== launchers[1]) yield difference('launcher', null, null, ...launchers)
  for (const { path, a: one, b: other } of jsonDifferences(fieldsOf(a), fieldsOf(b))) {
    yield difference('field', null, path, shown(one), shown(other))
  }
  for (const id of new Set([...a.slots, ...b.slots].map(slot => slot.id))) yield* slotDifferences(a, b, id)
}

/** The signed JSON without what is compared by itself. */
function fieldsOf({ metadataBytes }: PackageFile): unknown {
  const { slots, launcher, ...rest } = JSON.parse(Buffer.from(metadataBytes).toString()) as {
    slots: readonly Record<string, unknown>[]
    launcher?: Record<string, unknown>
  }
  const { checksum: _, size: __, ...named } = launcher ?? {}
  const kept = slots.map(slot => Object.fromEntries(Object.entries(slot).filter(([key]) => !FOLLOWING.has(key))))
  return { ...rest, launcher: named, slots: kept, order: slots.map(({ id }) => id) }
}

function launcherHash({ fd, path, layout }: PackageFile): string {
  const hash = new Sha256()
  const { start, end } = layout.launcher
  for (const bytes of readRange(fd, path, start, end, chunkMemory())) hash.update(bytes)
  return `${end - start} bytes, sha256:${hash.digestHex()}`
}

async function* slotDifferences(a: PackageFile, b: PackageFile, id: string): AsyncGenerator<Difference> {
  const [one, other] = [slotOf(a, id), slotOf(b, id)]
  if (one === undefined || other === undefined) {
    yield difference(
      'slot',
      id,
      null,
      one === undefined ? null : content(one),
      other === undefined ? null : content(other),
    )
    return
  }
  if (one.isSelf || other.isSelf || one.metadata.checksum === other.metadata.checksum) return
  if (one.isOrigin && other.isOrigin && a.metadata.sbom === id && b.metadata.sbom === id) {
    yield* documentDifferences('sbom', id, await billOf(a), await billOf(b))
  } else if (one.isOrigin && other.isOrigin && a.metadata.provenance === id && b.metadata.provenance === id) {
    yield* documentDifferences('provenance', id, await statementOf(a), await statementOf(b))
  } else {
    yield* contentDifferences(a, one, b, other)
  }
}

async function* contentDifferences(
  a: PackageFile,
  one: PackageSlot,
  b: PackageFile,
  other: PackageSlot,
): AsyncGenerator<Difference> {
  const before = await listingOf(a, one)
  const after = await listingOf(b, other)
  let count = 0
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [left, right] = [before.get(path) ?? null, after.get(path) ?? null]
    if (left === right) continue
    count += 1
    yield difference('file', one.id, path, left, right)
  }
  // The same files, stored otherwise.
  if (count === 0) yield difference('slot', one.id, null, content(one), content(other))
}

/** What a slot unpacks to: type, mode, size and hash by path. */
async function listingOf(pkg: PackageFile, slot: PackageSlot): Promise<ReadonlyMap<string, string>> {
  const { listing } = await checkSlotContent(pkg, slot)
  const entries = parseListing(listing).map(({ type, mode, size, sha256: hash, path }): [string, string] => {
    const head = `${type} ${mode.toString(8).padStart(4, '0')}`
    return [path, type === 'd' ? head : `${head} ${size} bytes, sha256:${hash}`]
  })
  return new Map(entries)
}

function* documentDifferences(kind: 'sbom' | 'provenance', id: string, a: unknown, b: unknown): Generator<Difference> {
  for (const { path, a: one, b: other } of jsonDifferences(a, b)) {
    if (kind === 'provenance' && SUBJECT.test(path)) continue
    if (kind === 'sbom' && path === 'serialNumber') continue
    yield difference(kind, id, path, shown(one), shown(other))
  }
}

async function billOf(pkg: PackageFile): Promise<unknown> {
  return JSON.parse((await readBill(pkg)).document)
}

async function statementOf(pkg: PackageFile): Promise<unknown> {
  const where = `slot ${pkg.metadata.provenance}`
  return parseStatement(openEnvelope(await readOrigin(pkg, 'provenance'), pkg.index.publicKey, where), where)
}

/** Everything that is signed is the same: padding and hints of the index are left. */
function* layoutDifference(a: PackageFile, b: PackageFile): Generator<Difference> {
  const size = Math.min(a.size, b.size)
  const [left, right] = [readRange(a.fd, a.path, 0, size), readRange(b.fd, b.path, 0, size)]
  let offset = 0
  for (const bytes of left) {
    const others = right.next().value
    if (others === undefined || Buffer.compare(bytes, others) !== 0) {
      const at = bytes.findIndex((byte, position) => byte !== others?.[position])
      const hex = (byte: number | undefined) => (byte === undefined ? null : `0x${byte.toString(16).padStart(2, '0')}`)
      yield difference('layout', null, `offset ${offset + at}`, hex(bytes[at]), hex(others?.[at]))
      return
    }
    offset += bytes.length
  }
  if (a.size !== b.size) yield difference('layout', null, 'size', `${a.size} bytes`, `${b.size} bytes`)
}

function slotOf({ slots }: PackageFile, id: string): PackageSlot | undefined {
  return slots.find(slot => slot.id === id)
}

function content({ isSelf, metadata }: PackageSlot): string {
  return isSelf ? '$SELF' : `${metadata.size} bytes, ${metadata.checksum}`
}

/** Long values are told by their hash. */
function shown(value: JsonDifference['a']): string | null {
  if (value === undefined) return null
  const text = JSON.stringify(value)
  if (text.length <= 160) return text
  return `${text.length} characters, sha256:${Buffer.from(sha256(Buffer.from(text))).toString('hex')}`
}

function difference(
  kind: Difference['kind'],
  slot: string | null,
  path: string | null,
  a: string | null,
  b: string | null,
): Difference {
  return { kind, slot, path, a, b }
}
