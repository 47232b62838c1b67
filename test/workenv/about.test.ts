import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatAbout, parseAbout, readAbout } from '../../src/workenv/about.ts'
import { scratch } from '../support/scratch.ts'

const ABOUT = { name: 'a', version: '1', content: 'c0', package: '/p/a.psp', shares: ['t1', 't2'] }

test('workenv §4.6 is one line of JSON', () => {
  const text = formatAbout(ABOUT)
  expect(text).toBe('{"name":"a","version":"1","content":"c0","package":"/p/a.psp","shares":["t1","t2"]}\n')
  expect(parseAbout(text)).toEqual(ABOUT)
})

test('workenv §4.6 reads past keys that it does not know', () => {
  expect(parseAbout(JSON.stringify({ ...ABOUT, more: 1 }))).toEqual(ABOUT)
})

test.each(['', '{', 'null', '[]', '{"name":"a"}', JSON.stringify({ ...ABOUT, shares: [1] })])(
  'workenv §4.6 is undefined for %j, as a power failure may leave it',
  text => {
    expect(parseAbout(text)).toBeUndefined()
  },
)

test('workenv §4.6 is undefined where there is no file', () => {
  expect(readAbout(join(scratch(), 'about'))).toBeUndefined()
})
