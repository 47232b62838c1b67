import { zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { encodeSeekTable } from '../../src/codecs/zstd-seek-table.ts'

test('§4.6 a skippable frame with two numbers for each frame, and a footer that is found from the end', () => {
  const table = encodeSeekTable([
    { stored: 0x01020304, decoded: 4194304 },
    { stored: 13, decoded: 5 },
  ])
  expect(Buffer.from(table).toString('hex')).toBe(
    ['5e2a4d18', '19000000', '04030201', '00004000', '0d000000', '05000000', '02000000', '00', 'b1ea928f'].join(''),
  )
})

test('§4.6 decoders that do not know it skip it', () => {
  expect(zstdDecompressSync(encodeSeekTable([{ stored: 1, decoded: 2 }]))).toHaveLength(0)
})
