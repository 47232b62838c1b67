import { describe, expect, test } from 'vitest'
import { LEVELS, validationLevel } from '../../src/launch/levels.ts'
import { metadataWith } from './metadata-with.ts'

describe('§9.1 validation levels', () => {
  test.each([
    [undefined, 'standard'],
    ['', 'standard'],
    ['STRICT', 'standard'],
    ['anything', 'standard'],
    ['standard', 'standard'],
    ['strict', 'strict'],
  ])('%j means %s', (requested, level) => {
    expect(validationLevel(requested, metadataWith({}))).toBe(level)
  })

  test.each(['relaxed', 'minimal', 'none'])('a release does not let a variable weaken it to %s', requested => {
    expect(validationLevel(requested, metadataWith({}))).toBe('standard')
  })

  test('a package that has signed a lower minimum is taken down to it and no further', () => {
    const metadata = metadataWith({ verification: { minimum_level: 'relaxed' } })
    expect(LEVELS.map(level => validationLevel(level, metadata))).toEqual([
      'relaxed',
      'relaxed',
      'relaxed',
      'standard',
      'strict',
    ])
    expect(validationLevel(undefined, metadata)).toBe('standard')
  })

  test('a package that has signed a higher minimum is never run below it', () => {
    const metadata = metadataWith({ verification: { minimum_level: 'strict' } })
    expect(validationLevel(undefined, metadata)).toBe('strict')
    expect(validationLevel('none', metadata)).toBe('strict')
  })
})
