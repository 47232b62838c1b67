import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSecretSource, readSecretLine, readSecretText, secretSourceText } from '../../src/crypto/secret-source.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('a source is a variable or a file, and nothing else is taken for one', () => {
  expect(parseSecretSource('env:MY_KEY')).toEqual({ kind: 'env', name: 'MY_KEY' })
  expect(parseSecretSource('file:/a b/c:d')).toEqual({ kind: 'file', path: '/a b/c:d' })
  for (const text of ['', 'env:', 'file:', 'env:A=B', 'env:1', 'ENV:A', 'hunter2', 'command:x']) {
    expect(parseSecretSource(text), text).toBeUndefined()
  }
  for (const text of ['env:A', 'file:x']) {
    const source = parseSecretSource(text)
    expect(source && secretSourceText(source)).toBe(text)
  }
})

test('a secret is one line: of a variable, or the first of a file that only its owner reads', () => {
  const path = join(scratch(), 'secret')
  const file = { kind: 'file', path } as const
  writeFileSync(path, 'correct horse\r\nand a comment\n', { mode: 0o600 })
  expect(readSecretLine(file, {}, 'passphrase')).toBe('correct horse')
  expect(readSecretLine({ kind: 'env', name: 'A' }, { A: ' a b \n' }, 'passphrase')).toBe(' a b ')
  expect(readSecretText({ kind: 'env', name: 'A' }, { A: 'a\nb' }, 'key')).toBe('a\nb')
  chmodSync(path, 0o640)
  expect(() => readSecretLine(file, {}, 'passphrase')).toThrow(code('KEY_FILE_MODE'))
  expect(() => readSecretLine({ kind: 'file', path: `${path}.no` }, {}, 'passphrase')).toThrow(code('KEY_FILE'))
})

test('an empty secret is none', () => {
  const path = join(scratch(), 'secret')
  writeFileSync(path, '\nsecond line', { mode: 0o600 })
  expect(() => readSecretLine({ kind: 'file', path }, {}, 'passphrase')).toThrow(code('SECRET_MISSING'))
  for (const environment of [{}, { A: '' }, { A: '\n' }]) {
    expect(() => readSecretLine({ kind: 'env', name: 'A' }, environment, 'passphrase')).toThrow(code('SECRET_MISSING'))
  }
})
