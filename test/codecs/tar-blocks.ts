import { encodeTarHeader, TAR_BLOCK } from '../../src/codecs/tar-header.ts'

export const END = Buffer.alloc(2 * TAR_BLOCK)

export interface BlockFields {
  readonly name?: string | Uint8Array
  readonly prefix?: string
  readonly linkName?: string
  readonly type?: string
  readonly mode?: number
  readonly size?: number
  /** Bytes written over the header at an offset; the checksum is made right again. */
  readonly patch?: readonly (readonly [offset: number, bytes: string | Uint8Array])[]
}

/** A header block, well-formed but for what `patch` breaks. */
export function header(fields: BlockFields = {}): Buffer {
  const block = Buffer.from(
    encodeTarHeader({
      name: Buffer.from(fields.name ?? 'a'),
      prefix: Buffer.from(fields.prefix ?? ''),
      linkName: Buffer.from(fields.linkName ?? ''),
      type: fields.type ?? '0',
      mode: fields.mode ?? 0o644,
      size: fields.size ?? 0,
      mtime: 0,
    }),
  )
  for (const [offset, bytes] of fields.patch ?? []) block.set(Buffer.from(bytes as string), offset)
  return checksummed(block)
}

/** The block with the checksum that its bytes have. */
export function checksummed(block: Buffer): Buffer {
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** Content and the zeros that fill its last block. */
export function body(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([bytes, Buffer.alloc((TAR_BLOCK - (bytes.length % TAR_BLOCK)) % TAR_BLOCK)])
}

/** An extension header of type `x`, `g`, `L` or `K`. */
export function extension(type: string, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([header({ type, name: 'extension', size: bytes.length }), body(bytes)])
}

/** A pax record. */
export function record(key: string, value: string): string {
  const rest = Buffer.byteLength(key) + Buffer.byteLength(value) + 3
  let length = rest
  while (length !== rest + `${length}`.length) length = rest + `${length}`.length
  return `${length} ${key}=${value}\n`
}
