import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { configDirectory } from '../../src/crypto/config-directory.ts'

test.each([
  ['linux', { HOME: '/h' }, '/h/.config/flavor'],
  ['linux', { HOME: '/h', XDG_CONFIG_HOME: '/x' }, '/x/flavor'],
  ['linux', { HOME: '/h', XDG_CONFIG_HOME: 'relative' }, '/h/.config/flavor'],
  ['linux', { HOME: '/h', XDG_CONFIG_HOME: '' }, '/h/.config/flavor'],
  ['darwin', { HOME: '/h', XDG_CONFIG_HOME: '/x' }, '/h/Library/Application Support/flavor'],
  ['win32', { HOME: '/h', APPDATA: '/a' }, '/a/flavor'],
  ['win32', { HOME: '/h' }, '/h/AppData/Roaming/flavor'],
] as const)('on %s with %j it is %s', (platform, environment, expected) => {
  expect(configDirectory(environment, platform)).toBe(expected)
})

test('without HOME the system knows the home', () => {
  expect(configDirectory({}, 'linux')).toBe(`${homedir()}/.config/flavor`)
})
