import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CliError } from '../../../src/cli/cli-error.ts'
import { asFlavorError, errorLines, errorObject, stackLines } from '../../../src/cli/ui/error-lines.ts'

const plain = (text: string) => text

test('an error of ours stays what it is', () => {
  const error = new CliError('FLAG_VALUE', 'message', { flag: '--x' }, { hint: 'do this' })
  expect(asFlavorError(error)).toBe(error)
  expect(errorLines(error, plain)).toBe('flavor: error[FLAG_VALUE]: message\nflavor: hint: do this\n')
  expect(errorObject(error, 2)).toEqual({
    type: 'error',
    code: 'FLAG_VALUE',
    message: 'message',
    detail: { flag: '--x' },
    hint: 'do this',
    exit: 2,
  })
})

test('what the operating system refused is no bug of ours', () => {
  try {
    readFileSync('/nonexistent/file')
    expect.unreachable()
  } catch (thrown) {
    const error = asFlavorError(thrown)
    expect(error).toMatchObject({ code: 'SYSTEM', detail: { file: '/nonexistent/file' }, row: { exit: 1 } })
  }
})

test.each([[new TypeError('x is not a function')], ['a string'], [undefined], [null]])(
  '%j is a bug, said in one line',
  thrown => {
    const error = asFlavorError(thrown)
    expect(error.code).toBe('INTERNAL')
    expect(error.row.exit).toBe(1)
    expect(errorLines(error, plain)).toMatch(
      /^flavor: error\[INTERNAL\]: .*\nflavor: hint: this is a bug in flavor.*FLAVOR_DEBUG=1.*\n$/,
    )
  },
)

test('text of a package cannot print lines of ours or steer the terminal', () => {
  const error = new CliError('INTERNAL', 'slot "\u001b[1A\nflavor: all is well"')
  expect(errorLines(error, plain)).toBe('flavor: error[INTERNAL]: slot "\\x1b[1A\n  flavor: all is well"\n')
})

test('the stacks of all causes are shown, and a circle of causes ends', () => {
  const cause = new Error('first cause')
  cause.cause = cause
  const lines = stackLines(asFlavorError(cause))
  expect(lines).toContain('caused by Error: first cause')
  expect(lines.match(/caused by/g)).toHaveLength(15)
})
