import { expect, test } from 'vitest'
import { limitDecoded } from '../../src/codecs/decoded-limit.ts'
import { collect, Endless } from './streams.ts'

test('§4.4 passes exactly the bytes that are allowed', async () => {
  const bytes = [Uint8Array.of(1, 2), Uint8Array.of(3)]
  expect(await collect(limitDecoded(bytes, { where: 'slot 1', maxBytes: 3 }))).toEqual(Buffer.of(1, 2, 3))
})

test('§4.4 passes on what is allowed and no byte more, and stops the producer', async () => {
  const endless = new Endless(new Uint8Array(10))
  let seen = 0
  const reading = (async () => {
    for await (const bytes of limitDecoded(endless, { where: 'slot 1', maxBytes: 29 })) seen += bytes.length
  })()
  await expect(reading).rejects.toMatchObject({ code: 'DECODED_TOO_LONG' })
  expect(seen).toBe(29)
  expect(endless.isClosed).toBe(true)
})
