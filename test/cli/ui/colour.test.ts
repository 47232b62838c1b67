import { expect, test } from 'vitest'
import { paintFor } from '../../../src/cli/ui/colour.ts'
import { fakeTerminal } from '../../support/cli-terminal.ts'

test('a terminal gets styles, each closed again', () => {
  const paint = paintFor('stderr', fakeTerminal({ tty: true }), false)
  expect(paint('x', 'bold', 'red')).toBe('\u001b[31m\u001b[1mx\u001b[22m\u001b[39m')
})

test.each([
  ['a pipe', {}, false],
  ['--no-color', { tty: true }, true],
  ['NO_COLOR', { tty: true, environment: { NO_COLOR: '1' } }, false],
  ['a dumb terminal', { tty: true, environment: { TERM: 'dumb' } }, false],
])('%s gets none', (_name, options, noColor) => {
  expect(paintFor('stdout', fakeTerminal(options), noColor)('x', 'red')).toBe('x')
})
