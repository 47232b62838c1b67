import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CliError } from '../../src/cli/cli-error.ts'
import { parseArguments } from '../../src/cli/parse-arguments.ts'
import { defineVerb } from '../../src/cli/verb.ts'

const declaration = {
  summary: 'test',
  examples: [],
  json: {},
  run: async () => 0,
}

const packing = defineVerb({
  ...declaration,
  name: 'packing',
  arguments: {},
  flags: {
    python: { type: 'string', placeholder: 'P', description: 'a text that looks like a number' },
    profile: {
      type: 'string',
      placeholder: 'P',
      description: 'a choice',
      choices: ['default', 'portable'],
      default: 'default',
    },
    days: { type: 'integer', placeholder: 'N', description: 'a number', minimum: 1, short: 'd' },
    verify: { type: 'boolean', description: 'negatable', default: true, negatable: true },
    force: { type: 'boolean', short: 'f', description: 'a switch' },
    name: { type: 'string', placeholder: 'N', description: 'a list', repeatable: true },
    secret: { type: 'string', placeholder: '[S]', description: 'a value that may be left out', implied: 'ask' },
  },
})

const running = defineVerb({
  ...declaration,
  name: 'running',
  arguments: { FILE: { description: 'a file' }, ARGS: { description: 'the rest', many: 'verbatim' } },
  flags: {},
})

const several = defineVerb({
  ...declaration,
  name: 'several',
  arguments: { ID: { description: 'ids', many: 'values' } },
  flags: {},
})

const shell = defineVerb({
  ...declaration,
  name: 'shell',
  arguments: {
    SHELL: { description: 'a shell', choices: ['bash', 'zsh'] },
    OUT: { description: 'a file', optional: true },
  },
  flags: {},
})

const code = (expected: string) => expect.objectContaining({ code: expected })

test('a value stays the text that was typed: 3.10 is not 3.1, 007 is not 7', () => {
  for (const value of ['3.10', '007', '1e3', '0x10', 'true', 'false']) {
    expect(parseArguments(packing, ['--python', value]).options.python).toBe(value)
    expect(parseArguments(packing, [`--python=${value}`]).options.python).toBe(value)
  }
})

test('a flag that may be repeated is a list, in the order of the words', () => {
  expect(parseArguments(packing, []).options.name).toEqual([])
  expect(parseArguments(packing, ['--name', 'b', '-f', '--name=a']).options.name).toEqual(['b', 'a'])
})

test('a value that begins with a dash is refused, unless it is joined with =', () => {
  expect(() => parseArguments(packing, ['--python', '--force'])).toThrow(code('FLAG_VALUE'))
  expect(parseArguments(packing, ['--python=--force']).options).toMatchObject({ python: '--force', force: false })
  expect(parseArguments(packing, ['--python', '-']).options.python).toBe('-')
})

test('defaults, switches and their negation', () => {
  expect(parseArguments(packing, []).options).toMatchObject({
    profile: 'default',
    verify: true,
    force: false,
    quiet: false,
  })
  expect(parseArguments(packing, []).options.python).toBeUndefined()
  expect(parseArguments(packing, ['--no-verify']).options.verify).toBe(false)
  expect(parseArguments(packing, ['--no-verify', '--verify']).options.verify).toBe(true)
  expect(parseArguments(packing, ['-fq']).options).toMatchObject({ force: true, quiet: true })
})

test.each([
  [['--days', 'x'], 'FLAG_VALUE'],
  [['--days', '0'], 'FLAG_VALUE'],
  [['--days', '1.5'], 'FLAG_VALUE'],
  [['--days=-1'], 'FLAG_VALUE'],
  [['--days', '99999999999999999999'], 'FLAG_VALUE'],
  [['--profile', 'small'], 'FLAG_VALUE'],
  [['--python='], 'FLAG_VALUE'],
  [['--python'], 'FLAG_VALUE'],
  [['--force=1'], 'FLAG_VALUE'],
  [['--no-verify=1'], 'FLAG_VALUE'],
  [['--python', 'a', '--python', 'b'], 'FLAG_REPEATED'],
  [['--no-force'], 'FLAG_UNKNOWN'],
  [['--toString'], 'FLAG_UNKNOWN'],
  [['--no-__proto__'], 'FLAG_UNKNOWN'],
  [['-x'], 'FLAG_UNKNOWN'],
  [['extra'], 'ARGUMENT_EXTRA'],
])('%j is refused as %s', (words, expected) => {
  expect(() => parseArguments(packing, words)).toThrow(code(expected))
})

test('numbers are numbers', () => {
  expect(parseArguments(packing, ['-d', '30']).options.days).toBe(30)
})

test("what follows the file is the program's own, whatever it looks like", () => {
  const rest = ['--json', '-q', '--', '--nonsense', '', '-']
  const { args, options } = parseArguments(running, ['--no-color', 'app', ...rest])
  expect(args).toEqual({ FILE: 'app', ARGS: rest })
  expect(options).toMatchObject({ 'no-color': true, json: false, quiet: false })
  expect(() => parseArguments(running, [])).toThrow(code('ARGUMENT_MISSING'))
  expect(() => parseArguments(running, ['--nonsense', 'app'])).toThrow(code('FLAG_UNKNOWN'))
})

test('arguments: choices, optional ones, one or more', () => {
  expect(parseArguments(shell, ['bash']).args).toEqual({ SHELL: 'bash', OUT: undefined })
  expect(parseArguments(shell, ['--', 'zsh', '-odd']).args).toEqual({ SHELL: 'zsh', OUT: '-odd' })
  expect(() => parseArguments(shell, ['bsh'])).toThrow(code('ARGUMENT_VALUE'))
  expect(() => parseArguments(shell, [''])).toThrow(code('ARGUMENT_MISSING'))
  expect(parseArguments(several, ['a', 'b']).args).toEqual({ ID: ['a', 'b'] })
  expect(() => parseArguments(several, [])).toThrow(code('ARGUMENT_MISSING'))
})

test('--help answers whatever else is missing', () => {
  expect(parseArguments(shell, ['--help']).options.help).toBe(true)
})

test('any words give options of the table or a usage error', () => {
  const words = fc.array(
    fc.oneof(
      fc.constantFrom('--python', '--days', '-d', '3', '--secret', '--verify', '-fq', '--', '-', '='),
      fc.string(),
    ),
  )
  fc.assert(
    fc.property(words, given => {
      try {
        const { options } = parseArguments(packing, given)
        const known = [
          'python',
          'profile',
          'days',
          'verify',
          'force',
          'name',
          'secret',
          'quiet',
          'json',
          'no-color',
          'help',
        ]
        expect(known).toEqual(expect.arrayContaining(Object.keys(options)))
      } catch (error) {
        expect(error).toBeInstanceOf(CliError)
        expect((error as CliError).row.exit).toBe(2)
      }
    }),
  )
})

test('a flag that implies its value takes none from the next flag', () => {
  const secret = (...words: string[]) => parseArguments(packing, words).options.secret
  expect([secret('--secret'), secret('--secret', '--force'), secret('--secret', '-f')]).toEqual(['ask', 'ask', 'ask'])
  expect([secret('--secret', 'env:A'), secret('--secret=env:A', '--force'), secret()]).toEqual([
    'env:A',
    'env:A',
    undefined,
  ])
  expect(() => secret('--secret', '--secret')).toThrow(code('FLAG_REPEATED'))
})
