import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { changeTrust, removeTrustFile, writeTrustFile } from '../../src/trust/trust-writing.ts'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { pipe } from '../support/pipe.ts'
import { scratch } from '../support/scratch.ts'
import { trustPlace } from '../support/trust-place.ts'

const unwritten = expect.objectContaining({ code: 'TRUST_FILE_WRITE' })
const mode = (path: string) => lstatSync(path).mode & 0o777

test('trust §5.1 a file is replaced in one step, with its mode, and through a link', () => {
  const directory = scratch()
  const file = join(directory, 'file')
  writeTrustFile(file, 'one', 0o600)
  symlinkSync('file', join(directory, 'link'))
  writeTrustFile(join(directory, 'link'), 'two', 0o644)
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(mode(file)).toBe(0o644)
  expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true)
  removeTrustFile(file)
  removeTrustFile(file)
  expect(readdirSync(directory)).toEqual(['link'])
})

test('trust §5.1 where nothing can be written, nothing is left', () => {
  const file = join(scratch(), 'file')
  writeFileSync(file, '')
  expect(() => writeTrustFile(join(file, 'x'), 'text', 0o600)).toThrow(unwritten)
  expect(readdirSync(dirname(file))).toEqual(['file'])
})

test('trust §5.1 work waits for who is at it, and the directory is made for its owner', async () => {
  const place = { ...trustPlace(), path: join(scratch(), 'new/trust') }
  await changeTrust(place, () => {})
  expect(mode(place.path)).toBe(0o700)
  const lock = tryLock(join(place.path, 'seen.lock'), 'exclusive')
  if (lock === 'busy') throw new Error('nobody else has it')
  const order: string[] = []
  const waiting = changeTrust(place, () => order.push('second'))
  await new Promise(resolve => setImmediate(resolve))
  order.push('first')
  lock.release()
  await waiting
  expect(order).toEqual(['first', 'second'])
})

test('trust §5.1 a place that cannot be made is told', async () => {
  const file = join(scratch(), 'file')
  writeFileSync(file, '')
  await expect(changeTrust({ ...trustPlace(), path: join(file, 'trust') }, () => {})).rejects.toThrow(unwritten)
})

test('trust §5.1 a device or a pipe is no file to be replaced', () => {
  const path = pipe()
  expect(() => writeTrustFile(path, 'x', 0o644)).toThrow(/is a pipe, expected a file/)
  expect(lstatSync(path).isFIFO()).toBe(true)
})
