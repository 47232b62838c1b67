import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCommand } from '../../src/format/command-line.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

const split = (command: string) => splitCommand(command, 'execution.command')

describe('§5.6 command splitting', () => {
  test.each([
    ['/bin/sh {workenv}/run.sh', ['/bin/sh', '{workenv}/run.sh']],
    ['  a \t b\nc ', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`a '' ""`, ['a', '', '']],
    [`a\\ b \\' \\\\`, ['a b', "'", '\\']],
    [`'a\\b"'`, ['a\\b"']],
    [`"a\\"b\\\\c\\$d\\n"`, ['a"b\\c$d\\n']],
    ['a $HOME `x` *.c ; | & # ~', ['a', '$HOME', '`x`', '*.c', ';', '|', '&', '#', '~']],
    ['é\u00a0ü', ['é\u00a0ü']],
  ])('splits %j', (command, words) => {
    expect(split(command)).toEqual(words)
  })

  test.each([
    ['a quote that is not closed', `a 'b`],
    ['a double quote that is not closed', `a "b`],
    ['a double quote that an escape keeps open', `a "b\\"`],
    ['a backslash at the end', 'a b\\'],
    ['nothing', ''],
    ['only blanks', ' \t\n'],
  ])('refuses %s', (_, command) => {
    expect(() => split(command)).toThrowError(refusal('METADATA_COMMAND'))
  })

  test('gives back what a shell would have quoted', () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), words => {
        const quoted = words.map(text => `'${text.replaceAll("'", `'\\''`)}'`).join(' ')
        expect(split(quoted)).toEqual(words)
      }),
    )
  })

  test('any text is split or refused', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '\n') })
    fc.assert(fc.property(text, command => void valueOrRefusal(() => split(command))))
  })
})
