import { expect, test } from 'vitest'
import { exitRows, flagText, flagUsage, groupHelp, rootHelp, usage, verbHelp } from '../../src/cli/help.ts'
import { defineVerb } from '../../src/cli/verb.ts'

const verb = defineVerb({
  name: 'sample',
  summary: 'do something',
  description: 'First paragraph.\nSecond paragraph.',
  arguments: { FILE: { description: 'a file' }, REST: { description: 'more', optional: true, many: 'values' } },
  flags: {
    check: { type: 'boolean', description: 'check it', default: true, negatable: true },
    mode: { type: 'string', placeholder: 'MODE', short: 'm', description: 'how', choices: ['a', 'b'], default: 'a' },
  },
  examples: [{ command: 'flavor sample x', description: 'an example' }],
  exits: [3],
  json: {},
  run: async () => 0,
})

test('the usage line shows what is required', () => {
  expect(usage(verb)).toBe('flavor sample [FLAGS] FILE [REST...]')
})

test('flags show their short name, their value, their choices and their default', () => {
  expect(flagUsage('mode', verb.flags.mode)).toBe('-m, --mode MODE')
  expect(flagText(verb.flags.mode)).toBe('how: a, b (default: a)')
  expect(flagUsage('check', verb.flags.check)).toBe('--[no-]check')
  expect(flagText(verb.flags.check)).toBe('check it (default: on)')
})

test('exit codes come from the one table, ascending; a verb that runs a program lists those of a launcher', () => {
  expect(exitRows(verb).map(([code]) => code)).toEqual(['0', '1', '2', '3'])
  const launching = { ...verb, launcherExits: true as const }
  expect(exitRows(launching).map(([code]) => code)).toEqual([
    '0-255',
    ...Array.from({ length: 10 }, (_, i) => `${101 + i}`),
  ])
})

test('every help ends with a newline and names its verbs', () => {
  for (const text of [rootHelp([verb], '1.2.3'), groupHelp('group', 'about', [verb]), verbHelp(verb)]) {
    expect(text).toMatch(/[^\n]\n$/)
    expect(text).toContain('sample')
  }
  expect(verbHelp(verb)).toContain('First paragraph.\n\nSecond paragraph.\n')
})
