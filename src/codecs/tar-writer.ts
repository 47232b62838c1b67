import type { ByteStream } from './codec.ts'
import { CodecError } from './codec-error.ts'
import { encodeTarHeader, fitsLinkName, MAX_OCTAL_SIZE, splitUstarPath, TAR_BLOCK } from './tar-header.ts'
import type { TarMemberType } from './tar-reader.ts'

/** What an archive is made from; a `TarMember` is one. */
export interface TarInput {
  readonly path: string
  readonly type: TarMemberType
  readonly mode: number
  /** Of files: what the body must come to. */
  readonly size: number
  readonly linkTarget?: string
  readonly body?: ByteStream
}

export interface WriteTarOptions {
  /** Seconds since 1970 that every entry carries. */
  readonly mtime?: number
}

/** 1980-01-01: earlier times cannot be stored in a zip, and packagers of all kinds trip over that. */
export const DEFAULT_MTIME = 315532800

const TYPE_FLAGS = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const
/** Small pieces are gathered into chunks of this size: whatever comes next pays per chunk. */
const CHUNK = 1024 * 1024
const EMPTY = new Uint8Array(0)
const PAX_NAME = Buffer.from('././@PaxHeader')

/**
 * Spec §11: a ustar archive with the entries in the order given, owner 0, one time, two zero blocks at the end; a pax header only
 * where a path, link target or size does not fit into ustar. Same entries, same bytes.
 * @throws CodecError TAR_MEMBER
 */
export async function* writeTar(
  members: AsyncIterable<TarInput> | Iterable<TarInput>,
  options: WriteTarOptions = {},
): AsyncGenerator<Uint8Array> {
  const mtime = options.mtime ?? DEFAULT_MTIME
  const gathered = new Gathering()
  for await (const member of members) {
    for (const block of headerBlocks(member, mtime)) yield* gathered.add(block)
    if (member.type !== 'file') continue
    let written = 0
    for await (const bytes of member.body ?? []) {
      written += bytes.length
      if (written > member.size)
        throw memberError(member, 'content', `more than ${member.size} bytes`, 'the size stated')
      yield* gathered.add(bytes)
    }
    if (written < member.size) throw memberError(member, 'content', `${written} bytes`, `${member.size}`)
    yield* gathered.add(padding(member.size))
  }
  yield* gathered.add(new Uint8Array(2 * TAR_BLOCK))
  yield* gathered.flush()
}

/** Copies what is small into one chunk, passes on what is large; both methods return the chunks that are complete. */
class Gathering {
  #chunk = new Uint8Array(CHUNK)
  #used = 0

  add(bytes: Uint8Array): readonly Uint8Array[] {
    const complete = bytes.length > CHUNK - this.#used ? this.flush() : []
    if (bytes.length >= CHUNK) return [...complete, bytes]
    this.#chunk.set(bytes, this.#used)
    this.#used += bytes.length
    return complete
  }

  flush(): readonly Uint8Array[] {
    if (this.#used === 0) return []
    const complete = this.#chunk.subarray(0, this.#used)
    this.#chunk = new Uint8Array(CHUNK)
    this.#used = 0
    return [complete]
  }
}

function headerBlocks(member: TarInput, mtime: number): Uint8Array[] {
  const size = member.type === 'file' ? member.size : 0
  if (!Number.isSafeInteger(size) || size < 0) throw memberError(member, 'size', `${size}`, 'a whole number')
  if (!Number.isSafeInteger(mtime) || mtime < 0 || mtime > MAX_OCTAL_SIZE) {
    throw memberError(member, 'time', `${mtime}`, 'whole seconds since 1970')
  }
  if ((member.mode & ~0o777) !== 0) throw memberError(member, 'mode', `0${member.mode.toString(8)}`, 'at most 0777')
  const path = nameBytes(member, 'path', directoryPath(member))
  const link = member.linkTarget === undefined ? EMPTY : nameBytes(member, 'link target', member.linkTarget)
  const isLink = member.type === 'symlink' || member.type === 'hardlink'
  if (isLink !== link.length > 0) throw memberError(member, 'link target', `${link.length} bytes`, 'one for links only')
  const split = splitUstarPath(path)
  const records = [
    ...(split === undefined ? [record('path', path)] : []),
    ...(fitsLinkName(link) ? [] : [record('linkpath', link)]),
    ...(size > MAX_OCTAL_SIZE ? [record('size', Buffer.from(`${size}`))] : []),
  ]
  const header = encodeTarHeader({
    prefix: split?.prefix ?? EMPTY,
    name: split?.name ?? path.subarray(0, 100),
    linkName: link.subarray(0, 100),
    type: TYPE_FLAGS[member.type],
    mode: member.mode,
    // Readers that know pax take the record, all others must not take a part of the number for the size.
    size: size > MAX_OCTAL_SIZE ? 0 : size,
    mtime,
  })
  return [...paxBlocks(records, mtime), header]
}

function paxBlocks(records: readonly Uint8Array[], mtime: number): Uint8Array[] {
  if (records.length === 0) return []
  const content = Buffer.concat(records)
  const header = encodeTarHeader({
    prefix: EMPTY,
    name: PAX_NAME,
    linkName: EMPTY,
    type: 'x',
    mode: 0o644,
    size: content.length,
    mtime,
  })
  return [header, content, padding(content.length)]
}

/** `LENGTH KEY=VALUE\n`, the length counting its own digits. */
function record(key: string, value: Uint8Array): Uint8Array {
  const rest = key.length + value.length + 3
  let length = rest
  while (length !== rest + `${length}`.length) length = rest + `${length}`.length
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')])
}

/** By custom the path of a directory ends with a slash; old readers tell it by that. */
function directoryPath(member: TarInput): string {
  return member.type === 'directory' && !member.path.endsWith('/') ? `${member.path}/` : member.path
}

function nameBytes(member: TarInput, field: string, text: string): Uint8Array {
  if (text === '' || text.includes('\0') || !text.isWellFormed()) {
    throw memberError(member, field, JSON.stringify(text), 'text without NUL')
  }
  return Buffer.from(text)
}

function padding(size: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK)
}

function memberError(member: TarInput, field: string, got: string, want: string): CodecError {
  const message = `entry ${JSON.stringify(member.path)}: ${field} is ${got}, expected ${want} (spec §4.5)`
  return new CodecError('TAR_MEMBER', message, { path: member.path, field, got, want })
}
