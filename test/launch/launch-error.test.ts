import { expect, test } from 'vitest'
import { FormatError } from '../../src/format/format-error.ts'
import { asLaunchFailure, LAUNCH_CODES, LaunchError } from '../../src/launch/launch-error.ts'

test('§8.5 each code has an exit of the launcher between 101 and 110', () => {
  for (const row of Object.values(LAUNCH_CODES)) expect(row.launcherExit).toBeGreaterThan(100)
  expect(new LaunchError('PROGRAM_MISSING', 'x').row.launcherExit).toBe(104)
})

test('§8.5 keeps errors of other layers and calls everything else a bug', () => {
  const refusal = new FormatError('TRAILER_MAGIC', 'x')
  expect(asLaunchFailure(refusal)).toBe(refusal)
  const bug = asLaunchFailure(new TypeError('y is not a function'))
  expect(bug).toMatchObject({ code: 'LAUNCH_INTERNAL', message: 'y is not a function', row: { launcherExit: 101 } })
  expect(asLaunchFailure('text').message).toBe('text')
})
