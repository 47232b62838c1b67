import { expect, test } from 'vitest'
import { countDifferences, differencesText, MAX_SHOWN } from '../../src/cli/difference-text.ts'

const file = (path: string) => ({ kind: 'file', slot: 'app', path, a: null, b: 'f 0444 1 bytes' }) as const

async function* files(count: number) {
  for (let at = 0; at < count; at += 1) yield file(`f${at}`)
}

test('each difference has what both sides hold below it', async () => {
  const found = await countDifferences(files(1))
  expect(differencesText(found)).toBe('file of slot app f0\n  + f 0444 1 bytes\n')
  const key = { kind: 'key', slot: null, path: null, a: 'one\u001b', b: 'two' } as const
  expect(differencesText({ shown: [key], total: 1 })).toBe('key\n  - one\\x1b\n  + two\n')
})

test('however many there are, a bounded number is held and shown', async () => {
  const found = await countDifferences(files(MAX_SHOWN + 5))
  expect([found.shown.length, found.total]).toEqual([MAX_SHOWN, MAX_SHOWN + 5])
  expect(differencesText(found)).toMatch(/\nand 5 more\n$/)
})
