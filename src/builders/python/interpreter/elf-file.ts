import { InterpreterError } from './interpreter-error.ts'

/** Reads `length` bytes at `offset`, fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Uint8Array

/** What the loader would read of an ELF file. The kept ELF libraries of npm read section headers, which a loader does not need. */
export interface ElfFile {
  /** The loader that an executable asks for. */
  readonly interpreter?: string
  readonly soname?: string
  readonly needed: readonly string[]
  /** DT_RPATH or DT_RUNPATH, whichever is there. */
  readonly searchPath?: string
  /** Symbol versions without which the loader refuses the file, such as `GLIBC_2.34`. */
  readonly versions: readonly string[]
}

export const ELF_HEADER_SIZE = 64
const PROGRAM_HEADER_SIZE = 56
const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3 } as const
const DT = { NEEDED: 1, STRTAB: 5, STRSZ: 10, SONAME: 14, RPATH: 15, RUNPATH: 29, VERNEED: 0x6ffffffe } as const
const VERSION_IS_WEAK = 2
/** No file that a linker wrote comes near; a larger number is garbage, and reading it would take memory. */
const MAX_TABLE = 64 * 1024 * 1024
/** Of libraries, and of versions in one file: a chain that leads on for longer is garbage. */
const MAX_NEEDED = 65536

export interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly fileSize: number
}

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46
}

/**
 * Reads a 64-bit ELF file, parts of it only.
 * @param where for messages: the file's path in its tree
 * @throws InterpreterError INTERPRETER_ELF
 */
export function parseElf(readAt: ReadAt, where: string): ElfFile {
  return new ElfParser(readAt, where).parse()
}

class ElfParser {
  readonly #readAt: ReadAt
  readonly #where: string
  readonly #little: boolean
  readonly segments: readonly Segment[]

  constructor(readAt: ReadAt, where: string) {
    this.#readAt = readAt
    this.#where = where
    const header = readAt(0, ELF_HEADER_SIZE)
    if (header.length < ELF_HEADER_SIZE || !isElf(header)) throw this.#refuse('no ELF header')
    if (header[4] !== 2) throw this.#refuse('no 64-bit file')
    this.#little = header[5] === 1
    const view = viewOf(header)
    if (view.getUint16(54, this.#little) !== PROGRAM_HEADER_SIZE) throw this.#refuse('program headers of another size')
    this.segments = this.#readSegments(this.#number(view, 32), view.getUint16(56, this.#little))
  }

  parse(): ElfFile {
    const interp = this.segments.find(segment => segment.type === PT.INTERP)
    const interpreter = interp && cString(this.#bytes(interp.offset, interp.fileSize), 0)
    const dynamic = this.segments.find(segment => segment.type === PT.DYNAMIC)
    const entries = dynamic === undefined ? [] : this.#readDynamic(dynamic)
    const value = (tag: number) => entries.find(entry => entry.tag === tag)?.value
    const strings = this.#readStrings(value(DT.STRTAB), value(DT.STRSZ))
    const text = (offset: number | undefined) => (offset === undefined ? undefined : cString(strings, offset))
    const soname = text(value(DT.SONAME))
    const searchPath = text(value(DT.RPATH) ?? value(DT.RUNPATH))
    const needed = entries.filter(entry => entry.tag === DT.NEEDED).map(entry => cString(strings, entry.value))
    const versions = this.#readVersions(value(DT.VERNEED), strings)
    return {
      needed,
      versions,
      ...(interpreter === undefined ? {} : { interpreter }),
      ...(soname === undefined ? {} : { soname }),
      ...(searchPath === undefined ? {} : { searchPath }),
    }
  }

  #readSegments(offset: number, count: number): Segment[] {
    const view = viewOf(this.#bytes(offset, count * PROGRAM_HEADER_SIZE))
    return Array.from({ length: count }, (_, position) => {
      const base = position * PROGRAM_HEADER_SIZE
      return {
        type: view.getUint32(base, this.#little),
        offset: this.#number(view, base + 8),
        address: this.#number(view, base + 16),
        fileSize: this.#number(view, base + 32),
      }
    })
  }

  #readDynamic(segment: Segment): { tag: number; value: number }[] {
    const view = viewOf(this.#bytes(segment.offset, segment.fileSize))
    const entries: { tag: number; value: number }[] = []
    for (let base = 0; base + 16 <= view.byteLength; base += 16) {
      // Tags and values that are no numbers of ours (addresses of a processor's own tags) may be of any size.
      const tag = Number(view.getBigUint64(base, this.#little))
      if (tag === 0) break
      entries.push({ tag, value: Number(view.getBigUint64(base + 8, this.#little)) })
    }
    return entries
  }

  #readStrings(address: number | undefined, size: number | undefined): Uint8Array {
    if (address === undefined || size === undefined) return new Uint8Array(0)
    return this.#bytes(this.#offsetOf(address), size)
  }

  /** The chains of .gnu.version_r: for each library that is needed, the versions of it. */
  #readVersions(address: number | undefined, strings: Uint8Array): string[] {
    const versions: string[] = []
    let libraries = 0
    let offset = address === undefined ? undefined : this.#offsetOf(address)
    while (offset !== undefined) {
      const need = viewOf(this.#bytes(offset, 16))
      let auxiliary = offset + need.getUint32(8, this.#little)
      for (let left = need.getUint16(2, this.#little); left > 0; left--) {
        const view = viewOf(this.#bytes(auxiliary, 16))
        const isWeak = (view.getUint16(4, this.#little) & VERSION_IS_WEAK) !== 0
        if (!isWeak) versions.push(cString(strings, view.getUint32(8, this.#little)))
        auxiliary += view.getUint32(12, this.#little)
      }
      const next = need.getUint32(12, this.#little)
      offset = next === 0 ? undefined : offset + next
      if (++libraries > MAX_NEEDED || versions.length > MAX_NEEDED) throw this.#refuse('endless symbol versions')
    }
    return versions
  }

  #offsetOf(address: number): number {
    for (const segment of this.segments) {
      const inside = address - segment.address
      if (segment.type === PT.LOAD && inside >= 0 && inside < segment.fileSize) return segment.offset + inside
    }
    throw this.#refuse(`address ${address} is in no segment`)
  }

  #bytes(offset: number, length: number): Uint8Array {
    if (length > MAX_TABLE) throw this.#refuse(`a table of ${length} bytes`)
    const bytes = this.#readAt(offset, length)
    if (bytes.length < length) throw this.#refuse(`${length} bytes at ${offset} are beyond its end`)
    return bytes
  }

  #number(view: DataView, at: number): number {
    const value = view.getBigUint64(at, this.#little)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#refuse(`${value} is no offset`)
    return Number(value)
  }

  #refuse(got: string): InterpreterError {
    const message = `${this.#where}: ${got}, expected a 64-bit ELF file`
    return new InterpreterError('INTERPRETER_ELF', message, { file: this.#where, got })
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The NUL-terminated text at an offset; text that runs to the end of the table ends there. */
function cString(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset)
  return new TextDecoder().decode(bytes.subarray(offset, end < 0 ? bytes.length : end))
}
