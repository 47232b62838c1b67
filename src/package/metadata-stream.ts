import { crc32, inflateRawSync } from 'node:zlib'
import { deflateSync } from 'fflate'
import { FormatError } from '../format/format-error.ts'
import { MAX_METADATA_INFLATED } from '../format/limits.ts'

const HEADER_SIZE = 10
const FOOTER_SIZE = 8
/** RFC 1952 §2.3.1: what we write, and no optional fields; time 0 and system 255 keep the bytes the same everywhere. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff)

/** What `inflateRawSync` gives with `info`: how much of the input was used. */
interface InflateResult {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

/**
 * Spec §5.1: exactly one gzip member without optional fields, and nothing behind it. Node's own gunzip would take zero padding and
 * further members, so that two readers could see two texts.
 * @throws FormatError METADATA_GZIP, METADATA_LIMIT
 */
export function inflateMetadata(stored: Uint8Array): Uint8Array {
  const [id1, id2, method, flags] = stored
  if (id1 !== 0x1f || id2 !== 0x8b || method !== 8 || stored.length < HEADER_SIZE + FOOTER_SIZE) {
    throw gzipError('header', Buffer.from(stored.subarray(0, 4)).toString('hex'), '1f8b0800')
  }
  if (flags !== 0) throw gzipError('flags', `0x${(flags ?? 0).toString(16)}`, '0x0, no optional fields')
  const { bytes, used } = inflate(stored.subarray(HEADER_SIZE))
  const footer = HEADER_SIZE + used
  if (stored.length !== footer + FOOTER_SIZE) {
    throw gzipError('length', `${stored.length} bytes stored`, `${footer + FOOTER_SIZE}, where the member ends`)
  }
  const view = new DataView(stored.buffer, stored.byteOffset + footer, FOOTER_SIZE)
  const sum = crc32(bytes)
  if (view.getUint32(0, true) !== sum) throw gzipError('CRC-32', hex32(view.getUint32(0, true)), hex32(sum))
  if (view.getUint32(4, true) !== bytes.length)
    throw gzipError('ISIZE', `${view.getUint32(4, true)}`, `${bytes.length}`)
  return bytes
}

/**
 * Spec §5.1: the one member that we write for `json`. Node's own deflate gives other bytes on another kind of processor, a library in
 * JavaScript gives the same everywhere.
 */
export function deflateMetadata(json: Uint8Array): Uint8Array {
  const footer = new Uint8Array(FOOTER_SIZE)
  const view = new DataView(footer.buffer)
  view.setUint32(0, crc32(json), true)
  view.setUint32(4, json.length, true)
  return Buffer.concat([HEADER, deflateSync(json, { level: 9 }), footer])
}

function inflate(deflated: Uint8Array): { bytes: Uint8Array; used: number } {
  try {
    const options = { info: true, maxOutputLength: MAX_METADATA_INFLATED }
    const result = inflateRawSync(deflated, options) as unknown as InflateResult
    return { bytes: result.buffer, used: result.engine.bytesWritten }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      const message = `metadata inflates to more than ${MAX_METADATA_INFLATED} bytes, expected at most that (spec §10)`
      throw new FormatError(
        'METADATA_LIMIT',
        message,
        { field: 'metadata', want: `${MAX_METADATA_INFLATED}` },
        { cause },
      )
    }
    throw gzipError('stream', (cause as Error).message, 'one DEFLATE stream')
  }
}

function gzipError(field: string, got: string, want: string): FormatError {
  const message = `metadata: gzip ${field} is ${got}, expected ${want} (spec §5.1)`
  return new FormatError('METADATA_GZIP', message, { field, got, want })
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
