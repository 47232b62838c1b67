import { expect, test } from 'vitest'
import { cancellable, currentCancellation } from '../../src/tools/cancellation.ts'

test('work knows its cancellation however deep it is, and nobody else does', async () => {
  const { signal } = new AbortController()
  const deep = async () => {
    await Promise.resolve()
    return currentCancellation()?.signal
  }
  expect(await cancellable(signal, () => Promise.all([deep(), deep()]))).toEqual([signal, signal])
  expect(await deep()).toBeUndefined()
})

test('failed work is over only when what ran beside it is, with its cleaning up', async () => {
  const done: string[] = []
  const beside = Promise.withResolvers<void>()
  const work = async () => {
    currentCancellation()?.programs.add(beside.promise)
    const second = async () => {
      await beside.promise
      currentCancellation()?.programs.delete(beside.promise)
      done.push('cleaned up')
    }
    queueMicrotask(() => beside.resolve())
    await Promise.all([second(), Promise.reject(new Error('first'))])
  }
  await expect(cancellable(new AbortController().signal, work)).rejects.toThrow('first')
  expect(done).toEqual(['cleaned up'])
})
