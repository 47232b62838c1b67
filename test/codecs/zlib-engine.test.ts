import { randomBytes } from 'node:crypto'
import { createDeflateRaw, createInflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runEngine } from '../../src/codecs/zlib-engine.ts'
import { collect, Endless, inPieces } from './streams.ts'

const BYTES = Buffer.concat([randomBytes(300_000), Buffer.alloc(3_000_000, 'abc')])
const same = (cause: Error): Error => cause

test('gives what the engine gives, chunk by chunk', async () => {
  const deflated = await collect(runEngine(createDeflateRaw(), inPieces(BYTES, [70_000]), same))
  expect(Buffer.compare(inflateRawSync(deflated), BYTES)).toBe(0)
})

test('returns the number of bytes that it offered: above bytesWritten, something follows the end', async () => {
  const deflated = deflateRawSync('hello')
  for (const [tail, more] of [
    ['', 0],
    ['xx', 2],
  ] as const) {
    const engine = createInflateRaw()
    const run = runEngine(engine, [Buffer.concat([deflated, Buffer.from(tail)])], same)
    expect(Buffer.from((await run.next()).value as Uint8Array).toString()).toBe('hello')
    const end = await run.next()
    expect(end).toEqual({ done: true, value: deflated.length + more })
    expect(engine.bytesWritten).toBe(deflated.length)
  }
})

test('stops an endless input when the stream has ended', async () => {
  const endless = new Endless(deflateRawSync('hello'))
  expect((await collect(runEngine(createInflateRaw(), endless, same))).toString()).toBe('hello')
  expect(endless.isClosed).toBe(true)
})

test('stops an endless input when the engine fails, and passes the failure through toError', async () => {
  const endless = new Endless(Buffer.alloc(1000, 0xff))
  const run = runEngine(createInflateRaw(), endless, cause => new Error('damaged', { cause }))
  await expect(collect(run)).rejects.toMatchObject({ message: 'damaged', cause: { code: 'Z_DATA_ERROR' } })
  expect(endless.isClosed).toBe(true)
})

test('stops an endless input when the consumer stops', async () => {
  const endless = new Endless(BYTES)
  const engine = createDeflateRaw()
  for await (const _ of runEngine(engine, endless, same)) break
  expect(endless.isClosed).toBe(true)
  expect(engine.destroyed).toBe(true)
})

test('a failure of the input comes out as it is, whatever it is', async () => {
  for (const failure of [new Error('disk'), 'a string']) {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield BYTES
      throw failure
    }
    await expect(collect(runEngine(createDeflateRaw(), failing(), () => new Error('other')))).rejects.toBe(failure)
  }
})
