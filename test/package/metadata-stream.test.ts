import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deflateMetadata, inflateMetadata } from '../../src/package/metadata-stream.ts'

const stored = () => Buffer.from(deflateMetadata(Buffer.from('{"format":"PSPF/2025"}')))
const code = (expected: string) => expect.objectContaining({ code: expected })

test('§5.1 what is deflated inflates to the same bytes', () => {
  fc.assert(fc.property(fc.uint8Array(), bytes => Buffer.compare(inflateMetadata(deflateMetadata(bytes)), bytes) === 0))
})

test('§5.1 takes the members of other writers', () => {
  expect(Buffer.from(inflateMetadata(gzipSync('text'))).toString()).toBe('text')
})

test.each([
  ['a second member', Buffer.concat([stored(), stored()])],
  ['zero padding', Buffer.concat([stored(), Buffer.alloc(8)])],
  ['one byte more', Buffer.concat([stored(), Buffer.of(1)])],
  ['a missing footer', stored().subarray(0, -1)],
  ['a cut stream', stored().subarray(0, 20)],
  ['no gzip at all', Buffer.from('{"format":"PSPF/2025"} and more')],
  ['nothing', Buffer.alloc(0)],
])('§5.1 refuses %s', (_, bytes) => {
  expect(() => inflateMetadata(bytes)).toThrowError(code('METADATA_GZIP'))
})

test.each([
  ['CRC-32', -8],
  ['ISIZE', -4],
])('§5.1 refuses a wrong %s', (_, offset) => {
  const bytes = stored()
  const at = bytes.length + offset
  bytes[at] = (bytes[at] ?? 0) ^ 1
  expect(() => inflateMetadata(bytes)).toThrowError(code('METADATA_GZIP'))
})

test('§5.1 refuses optional fields, in which a reader may see what another does not', () => {
  const bytes = stored()
  bytes[3] = 8
  expect(() => inflateMetadata(bytes)).toThrowError(code('METADATA_GZIP'))
})

test('§10 stops a bomb at the limit', () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024))
  expect(bomb.length).toBeLessThan(32 * 1024)
  expect(() => inflateMetadata(bomb)).toThrowError(code('METADATA_LIMIT'))
})
