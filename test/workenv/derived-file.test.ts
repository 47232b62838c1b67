import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderDerived } from '../../src/workenv/derived-file.ts'

test('workenv §4.3 leaves every other brace alone: templates hold programs', () => {
  const script = '#!{workenv}/bin/python3\nprint(f"{version} {x!r} {{workenv_}} {work}")\n'
  expect(renderDerived(script, '/root dir', 'f')).toBe(script.replace('{workenv}', '/root dir'))
})

test('workenv §4.3 refuses a path beside the work environment', () => {
  expect(() => renderDerived('x={workenv}-evil/bin', '/r', 'derived[0].template')).toThrowError(
    expect.objectContaining({ code: 'METADATA_PLACEHOLDER' }),
  )
})

test('workenv §4.3 inserts the path as it is, whatever it looks like', () => {
  expect(renderDerived('{workenv}/x', '/a/$&/{workenv}/b', 'f')).toBe('/a/$&/{workenv}/b/x')
})

test('workenv §4.3 is the identity without the placeholder', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      fc.pre(!text.includes('{workenv}'))
      expect(renderDerived(text, '/r', 'f')).toBe(text)
    }),
  )
})
