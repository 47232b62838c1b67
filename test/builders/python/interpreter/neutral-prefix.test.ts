import { expect, test } from 'vitest'
import { neutralisePrefix } from '../../../../src/builders/python/interpreter/neutral-prefix.ts'

function neutralise(text: string, prefix: string): string {
  return Buffer.from(neutralisePrefix(Buffer.from(text), prefix)).toString()
}

test('a long prefix goes wherever it stands, and nothing moves', () => {
  const prefix = '/opt/some/place/python-3.11'
  const text = `\0${prefix}\0${prefix}/lib\0other\0${prefix}:${prefix}\0`
  const neutral = '/nonexistent////python-3.11'
  expect(neutralise(text, prefix)).toBe(`\0${neutral}\0${neutral}/lib\0other\0${neutral}:${neutral}\0`)
})

test('a string that the linker stores at the end of the prefix stays: the version of Python', () => {
  expect(neutralise('\0/opt/pythons/versions/3.11.7\0', '/opt/pythons/versions/3.11.7')).toMatch(/\/3\.11\.7\0$/)
})

test('a shorter one loses its parent in dashes', () => {
  expect(neutralise('\0/opt/3.11.7\0/opt/3.11.7/lib\0', '/opt/3.11.7')).toBe('\0/---/3.11.7\0/---/3.11.7/lib\0')
  expect(neutralise('\0/home/bob/py\0', '/home/bob/py')).toBe('\0/--------/py\0')
})

test('a prefix of the system goes only where it is the whole string', () => {
  expect(neutralise('\0/usr\0/usr/share/locale\0x/usr\0', '/usr')).toBe('\0/---\0/usr/share/locale\0x/usr\0')
  expect(neutralise('\0/usr\0/usr\0', '/usr')).toBe('\0/---\0/---\0')
  expect(neutralise('\0/usr/local\0/usr/local/share\0', '/usr/local')).toBe('\0/---/local\0/usr/local/share\0')
})

test.each(['', '/', '/python'])('%j changes nothing', prefix => {
  expect(neutralise('\0\0/\0/python\0', prefix)).toBe('\0\0/\0/python\0')
})

test('the bytes that were given stay as they were', () => {
  const bytes = Buffer.from('\0/usr\0')
  neutralisePrefix(bytes, '/usr')
  expect(bytes.toString()).toBe('\0/usr\0')
})
