import { FormatError } from './format-error.ts'

/** Spec §4.1: every code that the format names. Whether we can decode one is §4.3 (`codecs/`). */
export const OPERATION_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    tar: 0x01,
    'tar-sorted': 0x02,
    'tar-stream': 0x03,
    cpio: 0x04,
    'cpio-newc': 0x05,
    ar: 0x06,
    'ar-bsd': 0x07,
    'zip-store': 0x08,
    'zip-stream': 0x09,
    '7z': 0x0a,
    rar: 0x0b,
    pax: 0x0c,
    ustar: 0x0d,
    gzip: 0x10,
    'gzip-fast': 0x11,
    'gzip-best': 0x12,
    bzip2: 0x13,
    'bzip2-fast': 0x14,
    'bzip2-best': 0x15,
    xz: 0x16,
    'xz-fast': 0x17,
    'xz-best': 0x18,
    lzma: 0x19,
    lzma2: 0x1a,
    zstd: 0x1b,
    'zstd-fast': 0x1c,
    'zstd-best': 0x1d,
    lz4: 0x1e,
    'lz4-hc': 0x1f,
    snappy: 0x20,
    brotli: 0x21,
    'brotli-text': 0x22,
    deflate: 0x23,
    deflate64: 0x24,
    ppm: 0x25,
    ppmd: 0x26,
    'aes128-gcm': 0x30,
    'aes256-gcm': 0x31,
    'aes128-cbc': 0x32,
    'aes256-cbc': 0x33,
    'aes128-ctr': 0x34,
    'aes256-ctr': 0x35,
    'chacha20-poly1305': 0x36,
    'xchacha20-poly1305': 0x37,
    salsa20: 0x38,
    'xsalsa20-poly1305': 0x39,
    'rsa-2048': 0x3a,
    'rsa-4096': 0x3b,
    ed25519: 0x3c,
    x25519: 0x3d,
    secp256k1: 0x3e,
    secp256r1: 0x3f,
    'nacl-box': 0x40,
    'nacl-secretbox': 0x41,
    age: 0x42,
    pgp: 0x43,
    base64: 0x50,
    base64url: 0x51,
    base32: 0x52,
    base16: 0x53,
    hex: 0x54,
    ascii85: 0x55,
    uuencode: 0x56,
    xxencode: 0x57,
    'quoted-printable': 0x58,
    punycode: 0x59,
    percent: 0x5a,
    split: 0xb0,
    merge: 0xb1,
    dedupe: 0xb2,
    delta: 0xb3,
    patch: 0xb4,
  }).map(([name, code]) => [code, name]),
)

/** Spec §4.1: hash and signature codes have ranges in the format; only the ends of the ranges have known names. */
const NAMED_RANGES: readonly (readonly [start: number, end: number, name: string])[] = [
  [0x70, 0x7f, 'hash'],
  [0x90, 0x98, 'signature'],
]

export const OP_TAR = 0x01
export const OP_GZIP = 0x10
export const OP_BZIP2 = 0x13
export const OP_XZ = 0x16
export const OP_ZSTD = 0x1b
export const OP_AES256_GCM = 0x31
const OP_TERMINAL = 0xff

/** A chain in the order in which it was applied when the slot was written. At most eight codes; empty for stored bytes. */
export type OperationChain = readonly number[]

/** Spec §4.2: the one way in which a chain is written in metadata. `raw` is the empty chain. */
const CHAIN_NAMES: ReadonlyMap<string, OperationChain> = new Map<string, OperationChain>([
  ['raw', []],
  ['gzip', [OP_GZIP]],
  ['bzip2', [OP_BZIP2]],
  ['xz', [OP_XZ]],
  ['zstd', [OP_ZSTD]],
  ['tar', [OP_TAR]],
  ['tgz', [OP_TAR, OP_GZIP]],
  ['tar.gz', [OP_TAR, OP_GZIP]],
  ['tbz2', [OP_TAR, OP_BZIP2]],
  ['tar.bz2', [OP_TAR, OP_BZIP2]],
  ['txz', [OP_TAR, OP_XZ]],
  ['tar.xz', [OP_TAR, OP_XZ]],
  ['tar.zst', [OP_TAR, OP_ZSTD]],
])

/** Spec §4.2: names that only foreign packages use for the empty chain. */
const RAW_ALIASES: ReadonlySet<string> = new Set(['', 'none'])

/**
 * Spec §4.1: unpacks the u64 of a descriptor. The first operation is the least significant byte; a zero byte ends the chain.
 * @throws FormatError OPERATION_CHAIN for a code behind the end or TERMINAL, OPERATION_UNKNOWN for a code without a name
 */
export function unpackOperations(packed: bigint, slot: number): OperationChain {
  const chain: number[] = []
  for (let rest = packed; rest !== 0n; rest >>= 8n) {
    const code = Number(rest & 0xffn)
    if (code === 0) {
      throw chainError('OPERATION_CHAIN', slot, `0x${packed.toString(16)}`, 'no code behind the zero byte that ends it')
    }
    if (code === OP_TERMINAL) {
      throw chainError('OPERATION_CHAIN', slot, `0x${packed.toString(16)}`, 'no TERMINAL (0xff)')
    }
    if (operationName(code) === undefined) {
      throw chainError('OPERATION_UNKNOWN', slot, `0x${code.toString(16)}`, 'a code of spec §4.1')
    }
    chain.push(code)
  }
  return chain
}

/** Spec §4.1: the u64 for `chain`. */
export function packOperations(chain: OperationChain): bigint {
  if (chain.length > 8) throw chainError('OPERATION_CHAIN', -1, `${chain.length} operations`, 'at most 8')
  return chain.reduceRight((packed, code) => (packed << 8n) | BigInt(code), 0n)
}

/**
 * Spec §4.2: reads the string form, exactly as written there (case matters). Also a list of operation names joined by `|` or `,`.
 * @throws FormatError OPERATION_UNKNOWN
 */
export function parseOperations(text: string, slot: number): OperationChain {
  if (RAW_ALIASES.has(text)) return []
  const named = CHAIN_NAMES.get(text)
  if (named !== undefined) return named
  const chain = text.split(/[|,]/).map(name => operationCode(name, text, slot))
  if (chain.length > 8) throw chainError('OPERATION_CHAIN', slot, `${chain.length} operations`, 'at most 8')
  return chain
}

/** Spec §4.2: the string form that we write: the short name where there is one, else the names joined by `|`. */
export function formatOperations(chain: OperationChain): string {
  for (const [name, codes] of CHAIN_NAMES) {
    if (codes.length === chain.length && codes.every((code, position) => code === chain[position])) return name
  }
  return chain.map(code => operationName(code) ?? `0x${code.toString(16)}`).join('|')
}

/** The name of one code, for messages; undefined where the format has none. */
export function operationName(code: number): string | undefined {
  const name = OPERATION_NAMES.get(code)
  if (name !== undefined) return name
  const range = NAMED_RANGES.find(([start, end]) => code >= start && code <= end)
  return range && `${range[2]}-0x${code.toString(16)}`
}

/** Spec §4.1: 0x01 to 0x0d bundle several files into one stream; such a slot unpacks to a tree. */
export function isArchive(chain: OperationChain): boolean {
  return chain.some(code => code >= 0x01 && code <= 0x0d)
}

function operationCode(name: string, text: string, slot: number): number {
  for (const [code, known] of OPERATION_NAMES) if (known === name) return code
  throw chainError('OPERATION_UNKNOWN', slot, JSON.stringify(text), `one of ${[...CHAIN_NAMES.keys()].join(', ')}`)
}

function chainError(
  code: 'OPERATION_CHAIN' | 'OPERATION_UNKNOWN',
  slot: number,
  got: string,
  want: string,
): FormatError {
  const where = slot < 0 ? 'operations' : `slot ${slot}: operations`
  return new FormatError(code, `${where}: found ${got}, expected ${want} (spec §4.1)`, {
    ...(slot < 0 ? {} : { slot: `${slot}` }),
    field: 'operations',
    got,
    want,
  })
}
