import { createHash } from 'node:crypto'

/** What a Mach-O executable says about itself, as far as a launcher for macOS has to say it. */
export interface MachO {
  readonly cpu: 'amd64' | 'arm64'
  /** Numbers of its load commands. */
  readonly commands: ReadonlySet<number>
  /** Absent where nobody signed it. */
  readonly signature?: CodeSignature
}

export interface CodeSignature {
  readonly identifier: string
  /** Signed by nobody: all that an arm64 Mac demands. */
  readonly adHoc: boolean
  /** Bytes from the start of the file that the hashes cover. */
  readonly codeLimit: number
  readonly pages: number
  /** Pages whose bytes have another hash than the signature says. */
  readonly wrongPages: readonly number[]
}

const MAGIC_64 = 0xfeedfacf
const CPUS: Readonly<Record<number, MachO['cpu']>> = { 16777223: 'amd64', 16777228: 'arm64' }
const EXECUTE = 2
export const LC_SEGMENT_64 = 0x19
export const LC_LOAD_DYLINKER = 0xe
export const LC_BUILD_VERSION = 0x32
export const LC_MAIN = 0x80000028
const LC_CODE_SIGNATURE = 0x1d
const SUPER_BLOB = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
const FLAG_AD_HOC = 0x2
const SHA256 = 2

/**
 * Reads header, load commands and embedded signature (Apple's `loader.h` and `cs_blobs.h`), and hashes every page that is signed. The
 * header is little-endian, the signature big-endian.
 */
export function readMachO(bytes: Buffer): MachO {
  if (bytes.readUInt32LE(0) !== MAGIC_64) throw new Error(`magic is ${bytes.readUInt32LE(0).toString(16)}`)
  const cpu = CPUS[bytes.readUInt32LE(4)]
  if (cpu === undefined || bytes.readUInt32LE(12) !== EXECUTE) throw new Error('no executable for a Mac')
  const commands = new Map<number, number>()
  let offset = 32
  for (let command = 0; command < bytes.readUInt32LE(16); command++) {
    commands.set(bytes.readUInt32LE(offset), offset)
    offset += bytes.readUInt32LE(offset + 4)
  }
  if (offset !== 32 + bytes.readUInt32LE(20))
    throw new Error('the load commands have another size than the header says')
  const signed = commands.get(LC_CODE_SIGNATURE)
  const known = { cpu, commands: new Set(commands.keys()) }
  if (signed === undefined) return known
  const signature = bytes.subarray(bytes.readUInt32LE(signed + 8)).subarray(0, bytes.readUInt32LE(signed + 12))
  const found = readSignature(bytes, signature)
  // The signature signs all that stands before it.
  if (found.codeLimit !== bytes.readUInt32LE(signed + 8)) throw new Error(`only ${found.codeLimit} bytes are signed`)
  return { ...known, signature: found }
}

function readSignature(bytes: Buffer, signature: Buffer): CodeSignature {
  if (signature.readUInt32BE(0) !== SUPER_BLOB) throw new Error('the signature has another magic')
  for (let blob = 0; blob < signature.readUInt32BE(8); blob++) {
    const directory = signature.subarray(signature.readUInt32BE(12 + 8 * blob + 4))
    if (directory.readUInt32BE(0) === CODE_DIRECTORY) return readDirectory(bytes, directory)
  }
  throw new Error('the signature has no code directory')
}

function readDirectory(bytes: Buffer, directory: Buffer): CodeSignature {
  const [hashes, name] = [directory.readUInt32BE(16), directory.readUInt32BE(20)]
  const [pages, codeLimit] = [directory.readUInt32BE(28), directory.readUInt32BE(32)]
  const [hashSize, hashType] = [directory.readUInt8(36), directory.readUInt8(37)]
  const pageSize = 2 ** directory.readUInt8(39)
  if (hashType !== SHA256 || hashSize !== 32) throw new Error(`hashes of type ${hashType} with ${hashSize} bytes`)
  if (pages !== Math.ceil(codeLimit / pageSize)) throw new Error(`${pages} hashes for ${codeLimit} bytes`)
  const wrongPages: number[] = []
  for (let page = 0; page < pages; page++) {
    const content = bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, codeLimit))
    const wanted = directory.subarray(hashes + page * hashSize, hashes + (page + 1) * hashSize)
    if (!createHash('sha256').update(content).digest().equals(wanted)) wrongPages.push(page)
  }
  return {
    identifier: directory.toString('latin1', name, directory.indexOf(0, name)),
    adHoc: (directory.readUInt32BE(12) & FLAG_AD_HOC) !== 0,
    codeLimit,
    pages,
    wrongPages,
  }
}
