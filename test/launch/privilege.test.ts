import { expect, test } from 'vitest'
import { trustedEnvironment } from '../../src/launch/privilege.ts'

const STEERED = { FLAVOR_CACHE: '/x', HOME: '/h' }

test('§7.4 a caller with fewer rights does not steer', () => {
  expect(trustedEnvironment(STEERED, () => false)).toEqual({ HOME: '/h' })
})

test('everybody else does', () => {
  expect(trustedEnvironment(STEERED, () => true)).toBe(STEERED)
  expect(trustedEnvironment(STEERED)).toEqual(STEERED)
})

test('nobody asks where there is nothing to steer by', () => {
  const ask = () => {
    throw new Error('asked')
  }
  expect(trustedEnvironment({ HOME: '/h' }, ask)).toEqual({ HOME: '/h' })
})
