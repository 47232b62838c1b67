import { expect, test } from 'vitest'
import { CliError } from '../../../src/cli/cli-error.ts'
import { failedCheck } from '../../../src/cli/doctor/check.ts'

test('an error of ours is a line, a bug stays one', () => {
  const error = new CliError('SYSTEM', 'message', {}, { hint: 'do this' })
  expect(failedCheck('name', error)).toEqual({ name: 'name', status: 'fail', detail: 'message', hint: 'do this' })
  expect(failedCheck('name', new CliError('SYSTEM', 'message'), 'warn')).toEqual({
    name: 'name',
    status: 'warn',
    detail: 'message',
  })
  expect(() => failedCheck('name', new TypeError('bug'))).toThrow(TypeError)
})
