import { describe, expect, test } from 'vitest'
import {
  LIFECYCLES,
  lifecycleBytes,
  lifecycleOf,
  PURPOSES,
  purposeBytes,
  purposeOf,
  SLOT_PLATFORMS,
} from '../../src/format/slot-enumerations.ts'

test('§3.2 the bytes of the table', () => {
  expect(Object.entries(PURPOSES).join()).toBe('0,data,1,code,2,config,3,media')
  expect(Object.entries(LIFECYCLES).join()).toBe(
    '0,init,1,startup,2,runtime,3,shutdown,4,cache,5,temporary,6,lazy,7,eager,8,dev,9,config,10,platform',
  )
  expect(Object.entries(SLOT_PLATFORMS).join()).toBe('0,any,1,linux,2,macos,3,windows')
})

describe('§3.2 purposes', () => {
  test.each([
    ['data', [0]],
    ['payload', [0]],
    ['code', [1, 0]],
    ['runtime', [1, 0]],
    ['config', [2, 0]],
    ['tool', [2, 0]],
    ['media', [3, 0]],
    ['anything else', [0]],
    ['constructor', [0]],
  ])('%s: own byte first, then what the Go and Rust builders write', (text, bytes) => {
    expect(purposeBytes(text)).toEqual(bytes)
  })

  test('mean the same whoever wrote them', () => {
    expect(['payload', 'runtime', 'tool', 'media', 'odd'].map(purposeOf)).toEqual([
      'data',
      'code',
      'config',
      'media',
      'data',
    ])
  })
})

describe('§3.2 lifecycles', () => {
  test.each([
    ['init', [0, 2]],
    ['runtime', [2]],
    ['temp', [5, 2]],
    ['temporary', [5, 2]],
    ['cached', [4, 2]],
    ['platform', [10, 2]],
    ['volatile', [2]],
    ['persistent', [2]],
    ['odd', [2]],
    ['toString', [2]],
  ])('%s', (text, bytes) => {
    expect(lifecycleBytes(text)).toEqual(bytes)
  })

  test('keep the names that have no byte', () => {
    expect(['volatile', 'persistent', 'temp', 'cached', 'odd'].map(lifecycleOf)).toEqual([
      'volatile',
      'persistent',
      'temporary',
      'cache',
      'runtime',
    ])
  })
})
