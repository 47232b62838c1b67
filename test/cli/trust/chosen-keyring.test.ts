import { expect, test } from 'vitest'
import { chosenKeyring, fieldsOf, namePatterns } from '../../../src/cli/trust/chosen-keyring.ts'

test('trust §2.1 the keyring that a verb changes', () => {
  expect(chosenKeyring({ environment: { HOME: '/h' } }, false).keyring).toBe('user')
  expect(chosenKeyring({ environment: {} }, true).keyring).toBe('system')
  expect(() => chosenKeyring({ environment: {} }, false)).toThrow(expect.objectContaining({ code: 'NOTHING_THERE' }))
})

test('trust §2.4 names are typed as they are', () => {
  expect(namePatterns(['a,b', 'my app', 'x-*', '*', '100%'])).toEqual(['a', 'b', 'my%20app', 'x-*', '*', '100%25'])
  for (const name of ['', 'a,,b', 'a*b', '**', '*a'])
    expect(() => namePatterns([name])).toThrow(expect.objectContaining({ code: 'FLAG_VALUE' }))
})

test('fields of a list', () => {
  expect(fieldsOf('keys[]', { 'names[]': 'x' })).toEqual({ 'keys[].names[]': 'x' })
})
