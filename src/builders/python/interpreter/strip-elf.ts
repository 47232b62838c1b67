const SECTION_HEADER_SIZE = 64
const ET = { EXEC: 2, DYN: 3 } as const
const SHT = { NULL: 0, SYMTAB: 2, STRTAB: 3, NOBITS: 8 } as const
const SHF = { ALLOC: 2n, INFO_LINK: 0x40n } as const
const PROGRAM_HEADER_SIZE = 56
const UNMAPPED: ReadonlySet<number> = new Set([SHT.NULL, SHT.SYMTAB, SHT.STRTAB])
/** What else compilers and linkers leave for debuggers and for each other. */
const NOTES =
  /^\.(z?debug_.*|comment|note\..*|gnu_debug(link|altlink|data)|gnu\.build\.attributes.*|gdb_index|stab.*|llvm_addrsig|(ARM|riscv)\.attributes)$/

interface Section {
  readonly header: Uint8Array
  readonly name: string
  readonly type: number
  readonly flags: bigint
  readonly end: number
  readonly link: number
  readonly info: number
}

/**
 * The file without symbols and debugging information, as `strip` would leave it: what a loader maps stays byte for byte at its place,
 * and the headers of those sections with it, since profilers look for them. Ours, because binutils may be absent, and because two of
 * its versions write different bytes for the same file. Returns the same bytes where there is nothing to remove, and for what we leave
 * alone: 32-bit, big-endian, an object file (what is linked from it needs its symbols), one without section headers, with unmapped
 * sections that are no debugger's, or with anything behind its sections: programs keep data there and find it from the end of the file.
 */
export function stripElf(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 64 || bytes[4] !== 2 || bytes[5] !== 1) return bytes
  const view = viewOf(bytes)
  const kind = view.getUint16(16, true)
  if (kind !== ET.EXEC && kind !== ET.DYN) return bytes
  const sections = readSections(bytes, view)
  if (!sections.some(isRemovable) || !sections.every(isUnderstood) || hasAppendix(bytes, view, sections)) return bytes
  const kept = sections.map((section, position) => position === 0 || (section.flags & SHF.ALLOC) !== 0n)
  const names = new NameTable()
  const places = new Map<number, number>()
  for (const [position, keep] of kept.entries()) if (keep) places.set(position, places.size)
  const headers = [...places.keys()].map(position => {
    const section = sections[position]
    if (section === undefined) return new Uint8Array(SECTION_HEADER_SIZE)
    return rewriteHeader(section, position === 0 ? 0 : names.add(section.name), places)
  })
  const body = bytes.subarray(0, endOfMappedBytes(bytes, view, sections, kept))
  return assemble(body, headers, names)
}

function readSections(bytes: Uint8Array, view: DataView): Section[] {
  const offset = Number(view.getBigUint64(40, true))
  const count = view.getUint16(60, true)
  const nameIndex = view.getUint16(62, true)
  if (offset === 0 || view.getUint16(58, true) !== SECTION_HEADER_SIZE) return []
  if (offset + count * SECTION_HEADER_SIZE > bytes.length || nameIndex >= count) return []
  const header = (position: number) => {
    const at = offset + position * SECTION_HEADER_SIZE
    return bytes.subarray(at, at + SECTION_HEADER_SIZE)
  }
  const namesAt = Number(viewOf(header(nameIndex)).getBigUint64(24, true))
  return Array.from({ length: count }, (_, position) => readSection(header(position), bytes, namesAt))
}

function readSection(header: Uint8Array, bytes: Uint8Array, namesAt: number): Section {
  const view = viewOf(header)
  const nameAt = namesAt + view.getUint32(0, true)
  const type = view.getUint32(4, true)
  const size = type === SHT.NOBITS ? 0 : Number(view.getBigUint64(32, true))
  return {
    header,
    name: Buffer.from(bytes.subarray(nameAt, bytes.indexOf(0, nameAt))).toString('latin1'),
    type,
    flags: view.getBigUint64(8, true),
    end: Number(view.getBigUint64(24, true)) + size,
    link: view.getUint32(40, true),
    info: view.getUint32(44, true),
  }
}

function isRemovable(section: Section): boolean {
  const isMapped = (section.flags & SHF.ALLOC) !== 0n
  return !isMapped && (section.type === SHT.SYMTAB || section.name.startsWith('.debug_'))
}

/** A section that no loader maps and that is not for debuggers belongs to somebody who looks for it. */
function isUnderstood({ type, flags, name }: Section): boolean {
  return (flags & SHF.ALLOC) !== 0n || UNMAPPED.has(type) || NOTES.test(name)
}

/** Zeros are what tools that rewrite a file leave to align its end. */
function hasAppendix(bytes: Uint8Array, view: DataView, sections: readonly Section[]): boolean {
  const headersEnd = Number(view.getBigUint64(40, true)) + sections.length * SECTION_HEADER_SIZE
  const mappedEnd = endOfMappedBytes(bytes, view, [], [])
  const end = Math.max(headersEnd, mappedEnd, ...sections.map(section => section.end))
  return bytes.subarray(end).some(byte => byte !== 0)
}

function rewriteHeader(section: Section, name: number, places: ReadonlyMap<number, number>): Uint8Array {
  const header = Uint8Array.from(section.header)
  const view = viewOf(header)
  view.setUint32(0, name, true)
  view.setUint32(40, places.get(section.link) ?? 0, true)
  if ((section.flags & SHF.INFO_LINK) !== 0n) view.setUint32(44, places.get(section.info) ?? 0, true)
  return header
}

/** Everything that a segment or a kept section covers, and the program headers themselves. */
function endOfMappedBytes(
  bytes: Uint8Array,
  view: DataView,
  sections: readonly Section[],
  kept: readonly boolean[],
): number {
  const table = Number(view.getBigUint64(32, true))
  const count = view.getUint16(56, true)
  let end = table + count * PROGRAM_HEADER_SIZE
  for (let position = 0; position < count; position++) {
    const at = table + position * PROGRAM_HEADER_SIZE
    end = Math.max(end, Number(view.getBigUint64(at + 8, true) + view.getBigUint64(at + 32, true)))
  }
  for (const [position, section] of sections.entries()) if (kept[position]) end = Math.max(end, section.end)
  return Math.min(end, bytes.length)
}

function assemble(body: Uint8Array, headers: readonly Uint8Array[], names: NameTable): Uint8Array {
  const nameAt = names.add('.shstrtab')
  const table = names.bytes()
  const headersAt = Math.ceil((body.length + table.length) / 8) * 8
  const output = Buffer.alloc(headersAt + (headers.length + 1) * SECTION_HEADER_SIZE)
  output.set(body, 0)
  output.set(table, body.length)
  for (const [position, header] of headers.entries()) output.set(header, headersAt + position * SECTION_HEADER_SIZE)
  const last = headersAt + headers.length * SECTION_HEADER_SIZE
  output.writeUInt32LE(nameAt, last)
  output.writeUInt32LE(3, last + 4)
  output.writeBigUInt64LE(BigInt(body.length), last + 24)
  output.writeBigUInt64LE(BigInt(table.length), last + 32)
  output.writeBigUInt64LE(1n, last + 48)
  output.writeBigUInt64LE(BigInt(headersAt), 40)
  output.writeUInt16LE(headers.length + 1, 60)
  output.writeUInt16LE(headers.length, 62)
  return output
}

/** The string table of section names. */
class NameTable {
  readonly #parts: string[] = ['']
  #length = 1

  add(name: string): number {
    const at = this.#length
    this.#parts.push(name)
    this.#length += name.length + 1
    return at
  }

  bytes(): Uint8Array {
    return Buffer.from(`${this.#parts.join('\0')}\0`, 'latin1')
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
