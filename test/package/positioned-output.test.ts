import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { PositionedOutput } from '../../src/package/positioned-output.ts'
import { scratch } from '../support/scratch.ts'

test('writes, pads and copies, and knows where it is', () => {
  const directory = scratch()
  const [source, path] = [join(directory, 'in'), join(directory, 'out')]
  writeFileSync(source, 'copied')
  const done: number[] = []
  const out = new PositionedOutput(path, event => done.push(event.done), 14)
  out.write(Buffer.from('ab'))
  out.pad(8)
  out.copy(source, 6, sha256Hex(Buffer.from('copied')))
  expect(out.position).toBe(14)
  out.close()
  expect(readFileSync(path, 'latin1')).toBe('ab\0\0\0\0\0\0copied')
  expect(done).toEqual([2, 8, 14])
})

test('refuses to copy what is not what was encoded', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'in'), 'other')
  const out = new PositionedOutput(join(directory, 'out'), undefined, 5)
  const copy = () => out.copy(join(directory, 'in'), 5, sha256Hex(Buffer.from('right')))
  expect(copy).toThrowError(expect.objectContaining({ code: 'PLAN_INVALID' }))
  out.close()
})

test('never writes over a file, nor where there is no directory', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'out'), '')
  for (const name of ['out', 'no/where']) {
    const make = () => new PositionedOutput(join(directory, name), undefined, 0)
    expect(make).toThrowError(expect.objectContaining({ code: 'OUTPUT_WRITE' }))
  }
})
