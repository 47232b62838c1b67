/** What a made-up ELF file says of itself. */
export interface ElfContent {
  readonly interpreter?: string
  readonly soname?: string
  readonly needed?: readonly string[]
  readonly rpath?: string
  readonly runpath?: string
  /** By library: the symbol versions that are needed of it. */
  readonly versions?: Readonly<Record<string, readonly (string | { readonly weak: string })[]>>
  /** Adds sections that no loader maps, and the table of sections. */
  readonly debug?: Uint8Array
}

const HEADERS = 64 + 3 * 56
const DT = { NEEDED: 1n, STRTAB: 5n, STRSZ: 10n, SONAME: 14n, RPATH: 15n, RUNPATH: 29n, VERNEED: 0x6ffffffen }

/** A 64-bit little-endian ELF file, written from the specification; mapped at address 0x1000 so that addresses are no offsets. */
export function makeElf(content: ElfContent = {}): Uint8Array {
  const strings = new StringTable()
  const interp = Buffer.from(content.interpreter === undefined ? '' : `${content.interpreter}\0`)
  const versions = makeVersions(content.versions ?? {}, strings)
  const entries: [bigint, bigint][] = (content.needed ?? []).map(name => [DT.NEEDED, BigInt(strings.add(name))])
  for (const [tag, text] of [
    [DT.SONAME, content.soname],
    [DT.RPATH, content.rpath],
    [DT.RUNPATH, content.runpath],
  ] as const) {
    if (text !== undefined) entries.push([tag, BigInt(strings.add(text))])
  }
  const table = strings.bytes()
  const interpAt = HEADERS
  const versionsAt = align(interpAt + interp.length)
  const stringsAt = align(versionsAt + versions.length)
  const dynamicAt = align(stringsAt + table.length)
  if (versions.length > 0) entries.push([DT.VERNEED, BigInt(versionsAt + 0x1000)])
  entries.push([DT.STRTAB, BigInt(stringsAt + 0x1000)], [DT.STRSZ, BigInt(table.length)], [0n, 0n])
  const end = dynamicAt + entries.length * 16
  const file = Buffer.alloc(end)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0)
  file.writeUInt16LE(3, 16)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(interp.length > 0 ? 3 : 2, 56)
  file.writeUInt16LE(64, 58)
  segment(file, 0, 1, 0, end)
  segment(file, 1, 2, dynamicAt, entries.length * 16)
  if (interp.length > 0) segment(file, 2, 3, interpAt, interp.length)
  file.set(interp, interpAt)
  file.set(versions, versionsAt)
  file.set(table, stringsAt)
  for (const [position, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(tag, dynamicAt + position * 16)
    file.writeBigUInt64LE(value, dynamicAt + position * 16 + 8)
  }
  return content.debug === undefined ? file : addSections(file, stringsAt, table.length, dynamicAt, content.debug)
}

function makeVersions(versions: NonNullable<ElfContent['versions']>, strings: StringTable): Buffer {
  const libraries = Object.entries(versions)
  const parts = libraries.map(([library, names], position) => {
    const part = Buffer.alloc(16 + names.length * 16)
    part.writeUInt16LE(1, 0)
    part.writeUInt16LE(names.length, 2)
    part.writeUInt32LE(strings.add(library), 4)
    part.writeUInt32LE(16, 8)
    part.writeUInt32LE(position === libraries.length - 1 ? 0 : part.length, 12)
    for (const [index, name] of names.entries()) {
      const at = 16 + index * 16
      part.writeUInt16LE(typeof name === 'string' ? 0 : 2, at + 4)
      part.writeUInt32LE(strings.add(typeof name === 'string' ? name : name.weak), at + 8)
      part.writeUInt32LE(index === names.length - 1 ? 0 : 16, at + 12)
    }
    return part
  })
  return Buffer.concat(parts)
}

/** Sections in the order of a linker: mapped ones, then .symtab, .debug_info and the names. */
function addSections(
  file: Buffer,
  stringsAt: number,
  stringsSize: number,
  dynamicAt: number,
  debug: Uint8Array,
): Buffer {
  const names = new StringTable()
  const symbolsAt = file.length
  const debugAt = symbolsAt + 24
  const rows: [name: string, type: number, flags: number, at: number, size: number, link: number][] = [
    ['', 0, 0, 0, 0, 0],
    ['.dynstr', 3, 2, stringsAt, stringsSize, 0],
    ['.symtab', 2, 0, symbolsAt, 24, 1],
    ['.dynamic', 6, 3, dynamicAt, symbolsAt - dynamicAt, 1],
    ['.debug_info', 1, 0, debugAt, debug.length, 0],
    ['.shstrtab', 3, 0, debugAt + debug.length, 0, 0],
  ]
  const places = rows.map(([name]) => (name === '' ? 0 : names.add(name)))
  const table = names.bytes()
  const headersAt = align(debugAt + debug.length + table.length)
  const output = Buffer.alloc(headersAt + rows.length * 64)
  output.set(file, 0)
  output.fill(0xab, symbolsAt, debugAt)
  output.set(debug, debugAt)
  output.set(table, debugAt + debug.length)
  for (const [position, [name, type, flags, at, size, link]] of rows.entries()) {
    const header = headersAt + position * 64
    output.writeUInt32LE(places[position] ?? 0, header)
    output.writeUInt32LE(type, header + 4)
    output.writeBigUInt64LE(BigInt(flags), header + 8)
    output.writeBigUInt64LE(BigInt(at), header + 24)
    output.writeBigUInt64LE(BigInt(name === '.shstrtab' ? table.length : size), header + 32)
    output.writeUInt32LE(link, header + 40)
  }
  output.writeBigUInt64LE(BigInt(headersAt), 40)
  output.writeUInt16LE(rows.length, 60)
  output.writeUInt16LE(rows.length - 1, 62)
  return output
}

function segment(file: Buffer, position: number, type: number, offset: number, size: number): void {
  const at = 64 + position * 56
  file.writeUInt32LE(type, at)
  file.writeBigUInt64LE(BigInt(offset), at + 8)
  file.writeBigUInt64LE(BigInt(offset + 0x1000), at + 16)
  file.writeBigUInt64LE(BigInt(size), at + 32)
}

function align(offset: number): number {
  return Math.ceil(offset / 16) * 16
}

class StringTable {
  #text = '\0'

  add(name: string): number {
    const at = this.#text.length
    this.#text += `${name}\0`
    return at
  }

  bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1')
  }
}
