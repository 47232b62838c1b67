import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CODEC_CODES } from '../../src/codecs/codec-error.ts'
import { CRYPTO_CODES } from '../../src/crypto/crypto-error.ts'
import type { CodeTable } from '../../src/format/flavor-error.ts'
import { FORMAT_CODES } from '../../src/format/format-error.ts'
import { LAUNCH_CODES } from '../../src/launch/launch-error.ts'
import { ORIGIN_CODES } from '../../src/package/origin/origin-error.ts'
import { PACKAGE_CODES } from '../../src/package/package-error.ts'
import { WORKENV_CODES } from '../../src/workenv/workenv-error.ts'
import { ROOT } from './vectors.ts'

const SPEC = readFileSync(join(ROOT, '../pspf-2025.md'), 'utf8')
const SECTIONS = new Map(SPEC.split(/^#+ (?=\d)/m).map(text => [/^\d+(?:\.\d+)?/.exec(text)?.[0] ?? '', text] as const))
const CODES: CodeTable = {
  ...FORMAT_CODES,
  ...CODEC_CODES,
  ...CRYPTO_CODES,
  ...PACKAGE_CODES,
  ...ORIGIN_CODES,
  ...LAUNCH_CODES,
}
const CITING = Object.entries(CODES).filter(([, row]) => row.spec?.startsWith('§'))

test('the sections that code cites are numbered as ever', () => {
  const numbers = [...SECTIONS.keys()].filter(number => number !== '')
  expect(numbers).toEqual([...new Set(numbers)])
  expect(numbers.join(' ')).toBe(
    '1 1.1 1.2 1.3 2 2.1 2.2 2.3 2.4 2.5 3 3.1 3.2 3.3 3.4 3.5 4 4.1 4.2 4.3 4.4 4.5 4.6 4.7 5 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 ' +
      '6 6.1 6.2 6.3 6.4 6.5 7 7.1 7.2 7.3 7.4 7.5 7.6 8 8.1 8.2 8.3 8.4 8.5 9 9.1 9.2 10 11 12',
  )
})

describe('every code has a rule in the section that it cites', () => {
  test.each(CITING)('%s', (code, row) => {
    expect(SECTIONS.get(row.spec?.slice(1) ?? '')).toMatch(new RegExp(`\\b${code}\\b`))
  })
})

describe('§8.5 every code has the exit status that the table gives it', () => {
  const rows = [...(SECTIONS.get('8.5') ?? '').matchAll(/^\| (\d+)[^|]*\|([^|]*)\|$/gm)]
  const named = new Map(
    rows.flatMap(([, exit, text = '']) =>
      (text.match(/[A-Z]+_[A-Z_…]*/g) ?? []).map(code => [code, Number(exit)] as const),
    ),
  )
  /** By a name with an ellipsis too; otherwise by the section. */
  const exitOf = (code: string, section: string): number => {
    const family = [...named.keys()].find(name => name.endsWith('…') && code.startsWith(name.slice(0, -1)))
    const stated = named.get(code) ?? (family === undefined ? undefined : named.get(family))
    if (stated !== undefined) return stated
    if (section === '') return 106
    return /^§(?:4\.4|4\.5|6\.[123]|10$)/.test(section) && !/^(?:INDEX|METADATA)_/.test(code) ? 103 : 102
  }
  const launching = Object.entries(CODES).filter(([, { launcherExit }]) => launcherExit !== 108 && launcherExit !== 109)

  test('the table names some', () => expect(named.size).toBeGreaterThan(10))

  test.each(launching)('%s', (code, row) => {
    expect(exitOf(code, row.spec ?? '')).toBe(row.launcherExit)
  })
})

test('every code in the text is one that somebody throws', () => {
  const known = new Set([...Object.keys(CODES), ...Object.keys(WORKENV_CODES)])
  const prefixes =
    /^(?:TRAILER|INDEX|PADDING|SLOT|OPERATION|METADATA|LISTING|GZIP|ZSTD|TAR|TREE|ENTRY|LAUNCHER|KEY)_[A-Z_]+$/
  const words = SPEC.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []
  const unknown = words.filter(word => prefixes.test(word) && !known.has(word) && !word.endsWith('_'))
  expect(new Set(unknown)).toEqual(new Set())
})

describe('the worked examples are bytes of vectors', () => {
  const examples = [...SPEC.matchAll(/^```hex (\S+) 0x([0-9a-f]+)\n([\s\S]*?)^```$/gm)]

  test('there are some', () => expect(examples.length).toBeGreaterThan(3))

  test.each(examples.map(([, file = '', offset = '', text = '']) => ({ file, offset, text })))(
    '$file 0x$offset',
    example => {
      const wanted = Buffer.from(example.text.replace(/\s/g, ''), 'hex')
      const start = Number.parseInt(example.offset, 16)
      const found = readFileSync(join(ROOT, example.file)).subarray(start, start + wanted.length)
      expect(found.toString('hex')).toBe(wanted.toString('hex'))
    },
  )
})
