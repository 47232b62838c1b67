import { expect, test } from 'vitest'
import { namedKey, passphraseOf, secretVariables } from '../../src/cli/signing-flags.ts'
import { createIo } from '../../src/cli/ui/io.ts'
import { fakeTerminal } from '../support/cli-terminal.ts'

const none = { 'private-key': undefined, passphrase: undefined, 'key-command': undefined, 'public-key': undefined }
const code = (expected: string) => expect.objectContaining({ code: expected })

function io(answers: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  return createIo(fakeTerminal({ answers, environment }), { quiet: false, json: false, noColor: true })
}

test('the key is a file, a variable or another program', () => {
  expect(namedKey('x', none, io())).toBeUndefined()
  expect(namedKey('x', { ...none, 'private-key': 'env:K' }, io())).toMatchObject({ kind: 'env', name: 'K' })
  expect(namedKey('x', { ...none, 'private-key': './env:K' }, io())).toMatchObject({ kind: 'file', path: './env:K' })
  const command = { ...none, 'key-command': 'kms', 'public-key': 'p' }
  expect(namedKey('x', command, io())).toEqual({ kind: 'command', command: 'kms', publicKey: 'p' })
  expect(() => namedKey('x', { ...none, 'key-command': 'kms' }, io())).toThrow(code('ARGUMENT_MISSING'))
  for (const flag of ['private-key', 'passphrase']) {
    expect(() => namedKey('x', { ...command, [flag]: 'env:K' }, io())).toThrow(code('FLAG_CONFLICT'))
  }
})

test('variables that hold secrets are known by name', () => {
  expect(secretVariables({ ...none, 'private-key': 'env:K', passphrase: 'env:P' })).toEqual(['K', 'P'])
  expect(secretVariables({ ...none, 'private-key': 'k', passphrase: 'file:p' })).toEqual([])
})

test('a passphrase comes from its source, else from whoever sits there', async () => {
  const source = passphraseOf('env:P', io([], { P: 'correct horse' }))
  expect([source.isNamed, await source.read('key')]).toEqual([true, 'correct horse'])
  const asking = passphraseOf(undefined, io(['battery']))
  expect([asking.isNamed, await asking.read('key')]).toEqual([false, 'battery'])
  await expect(passphraseOf(undefined, io()).read('key')).rejects.toThrow(code('KEY_ENCRYPTED'))
})

test('a passphrase that somebody put on the command line is not said again', () => {
  expect(() => passphraseOf('hunter2', io())).toThrow(code('FLAG_VALUE'))
  try {
    passphraseOf('hunter2', io())
  } catch (error) {
    expect(JSON.stringify([String(error), error])).not.toContain('hunter2')
  }
})
