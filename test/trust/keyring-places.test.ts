import { expect, test } from 'vitest'
import { keyringPlaces } from '../../src/trust/keyring-places.ts'
import type { Machine } from '../../src/workenv/machine.ts'

const machine = (platform: NodeJS.Platform, environment: Record<string, string>, isPrivileged = false): Machine => ({
  ...{ platform, environment, isPrivileged, uid: platform === 'win32' ? undefined : 1000, workingDirectory: '/' },
})
const paths = (...input: Parameters<typeof machine>) => keyringPlaces(machine(...input)).map(({ path }) => path)

test('trust §2.1 the places of each system', () => {
  expect(paths('linux', { HOME: '/h' })).toEqual(['/etc/flavor/trust', '/h/.config/flavor/trust'])
  expect(paths('linux', { HOME: '/h', XDG_CONFIG_HOME: '/x' })).toEqual(['/etc/flavor/trust', '/x/flavor/trust'])
  expect(paths('linux', { HOME: '/h', XDG_CONFIG_HOME: 'x' })).toEqual(['/etc/flavor/trust', '/h/.config/flavor/trust'])
  expect(paths('linux', { HOME: 'h', FLAVOR_CACHE: '/c' })).toEqual(['/etc/flavor/trust'])
  const library = 'Library/Application Support/flavor/trust'
  expect(paths('darwin', { HOME: '/h', XDG_CONFIG_HOME: '/x' })).toEqual([`/${library}`, `/h/${library}`])
  const windows = { ProgramData: 'C:\\ProgramData', APPDATA: 'C:\\u' }
  expect(paths('win32', windows)).toEqual(['C:\\ProgramData\\flavor\\trust', 'C:\\u\\flavor\\trust'])
})

test('trust §2.1 with more rights than its caller has, the system alone counts', () => {
  expect(paths('linux', { HOME: '/h' }, true)).toEqual(['/etc/flavor/trust'])
})

test('trust §2.5 the system keyring is root’s, the other the user’s or root’s', () => {
  expect(keyringPlaces(machine('linux', { HOME: '/h' })).map(({ owners }) => owners)).toEqual([[0], [0, 1000]])
  expect(keyringPlaces(machine('win32', { APPDATA: 'C:\\u' })).map(({ owners }) => owners)).toEqual([undefined])
})
