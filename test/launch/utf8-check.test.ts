import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { refuseLostArguments, tellLostVariables } from '../../src/launch/utf8-check.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'

function source(bytes: Uint8Array): string {
  const path = join(scratch(), 'bytes')
  writeFileSync(path, bytes)
  return path
}

const LOST = Buffer.from('a\0\xff', 'latin1')
const HONEST = Buffer.from('a\0\ufffd')

test('§8.1 refuses an argument whose bytes Node has lost', () => {
  expect(() => refuseLostArguments(['a', '\ufffd'], source(LOST))).toThrowError(refusal('PROGRAM_ARGUMENTS'))
})

test('passes on what only looks like it', () => {
  expect(() => refuseLostArguments(['a', '\ufffd'], source(HONEST))).not.toThrow()
  expect(() => refuseLostArguments(['a', 'é'], source(LOST))).not.toThrow()
  expect(() => refuseLostArguments(['\ufffd'], '/nonexistent')).not.toThrow()
})

test('§7.4 tells variables by their names, never by their values', () => {
  const told: string[] = []
  const environment = { GOOD: 'x', BAD: 'secret\ufffd', ABSENT: undefined }
  tellLostVariables(environment, (level, message) => told.push(`${level} ${message}`), source(LOST))
  expect(told).toEqual([expect.stringMatching(/^warn .*BAD$/)])
  expect(told.join()).not.toContain('secret')
  tellLostVariables(environment, () => told.push('told'), source(HONEST))
  expect(told).toHaveLength(1)
})
