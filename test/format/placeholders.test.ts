import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPlaceholders, type PlaceholderValues, substitute } from '../../src/format/placeholders.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

const VALUES: PlaceholderValues = {
  workenv: '/c/w e',
  package_name: 'app',
  version: '1.2',
  os: 'linux',
  arch: 'amd64',
  platform: 'linux_amd64',
  primarySlot: 1,
  slots: ['/c/w e', '/c/w e/data'],
}

const inCommand = (template: string, values = VALUES) => substitute(template, 'execution.argv[1]', values, 'command')
const inText = (template: string) => substitute(template, 'execution.env.X', VALUES, 'text')

describe('§5.5 placeholders', () => {
  test.each([
    ['{workenv}', '/c/w e'],
    ['{workenv}/bin/x', '/c/w e/bin/x'],
    ['--dir={workenv}/', '--dir=/c/w e/'],
    ['{package_name}-{version}-{os}-{arch}-{platform}', 'app-1.2-linux-amd64-linux_amd64'],
    ['{slot:0}', '/c/w e'],
    ['{slot:1}/x', '/c/w e/data/x'],
    ['{primary}', '/c/w e/data'],
    ['{}', '{}'],
    ['{"a": 1}', '{"a": 1}'],
    ['{A}', '{A}'],
    ['$' + '{workenv} $' + '{x:-1}', '$' + '{workenv} $' + '{x:-1}'],
    ['{{workenv}', '{/c/w e'],
  ])('%j becomes %j', (template, expected) => {
    expect(inCommand(template)).toBe(expected)
    expect(inText(template)).toBe(expected)
  })

  test.each([
    ['an unknown name', '{workdir}'],
    ['an unknown name with a number', '{workenv:1}'],
    ['a number on a name that takes none', '{version:0}'],
    ['no number', '{slot}'],
    ['an empty number', '{slot:}'],
    ['a sign', '{slot:-1}'],
    ['a leading zero', '{slot:01}'],
    ['a number that is no slot', '{slot:2}'],
    ['a huge number', '{slot:99999999999999999999}'],
    ['text after a path', '{workenv}x'],
    ['a path list', '{workenv}:/bin'],
    ['text after a slot', '{slot:1}.txt'],
  ])('refuses %s', (_, template) => {
    expect(() => inCommand(template)).toThrowError(refusal('METADATA_PLACEHOLDER'))
    expect(() => checkPlaceholders(template, 'x', { slotCount: 2, primarySlot: 0 }, 'command')).toThrowError(
      refusal('METADATA_PLACEHOLDER'),
    )
  })

  test('§5.5 refuses {primary} without a slot', () => {
    expect(() => inCommand('{primary}', { ...VALUES, primarySlot: 0, slots: [] })).toThrowError(
      refusal('METADATA_PLACEHOLDER'),
    )
  })

  test('§5.5 leaves unknown names in values of the environment, and refuses a slot out of range there too', () => {
    expect(inText('{levelname} {message}')).toBe('{levelname} {message}')
    expect(() => inText('{slot:2}')).toThrowError(refusal('METADATA_PLACEHOLDER'))
    expect(() => inText('{workenv}x')).toThrowError(refusal('METADATA_PLACEHOLDER'))
  })

  test.each(['\n', ' ', '"', "'", ':', ';', ',', ')'])('§5.5 a path in a text may end before %j', end => {
    expect(inText(`{workenv}${end}x`)).toBe(`/c/w e${end}x`)
    expect(() => inCommand(`{workenv}${end}x`)).toThrowError(refusal('METADATA_PLACEHOLDER'))
  })

  test('§5.5 never substitutes in what it put in', () => {
    expect(inCommand('{package_name}', { ...VALUES, package_name: '{version}$&$1' })).toBe('{version}$&$1')
  })

  test('any text is substituted or refused', () => {
    const unit = fc.constantFrom('{', '}', 'workenv', 'slot', ':', '0', '1', '/', '$', 'x', 'version')
    fc.assert(fc.property(fc.string({ unit }), text => void valueOrRefusal(() => inCommand(text))))
  })
})
