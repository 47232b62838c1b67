import { VALUES, WINDOWS, WORKENV } from './launch-values.ts'
import { inArea, type Vector } from './vector.ts'

/** What a launcher computes before it starts anything: pure, so that every implementation can show it. */

const launches = inArea('command', { kind: 'command', spec: '§8.1' })
const run = (name: string, comment: string, input: Record<string, unknown>, expect: Vector['expect'], spec = '§8.1') =>
  launches({
    name,
    comment,
    spec,
    input: { values: VALUES, invoked: './app.psp', user_arguments: [], ...input },
    expect,
  })
const program = (path: string, argv: readonly string[], is_packaged = true) => ({
  ok: { program: path, argv, is_packaged },
})

const BIN = `${WORKENV}/bin`
const TWO = {
  command: 'one',
  argv: ['one'],
  commands: { one: { argv: ['one'] }, two: { argv: ['two', '-x'], argv0: 'program' } },
}

const COMMANDS: readonly Vector[] = [
  run(
    'argv',
    'argv is preferred; the user’s arguments follow.',
    { execution: { command: 'other', argv: ['{workenv}/bin/app', 'a b'] }, user_arguments: ['', 'c d', '{workenv}'] },
    program(`${BIN}/app`, ['./app.psp', 'a b', '', 'c d', '{workenv}']),
  ),
  run(
    'command',
    'Without argv the string is split.',
    { execution: { command: "{workenv}/bin/app 'a b'" } },
    program(`${BIN}/app`, ['./app.psp', 'a b']),
  ),
  run(
    'argv0-program',
    'The program’s own path as argv[0].',
    { execution: { command: '', argv: ['{workenv}/bin/app'], argv0: 'program' } },
    program(`${BIN}/app`, [`${BIN}/app`]),
    '§8.2',
  ),
  run(
    'bare-name',
    'A bare name lies in bin, whatever PATH offers.',
    { execution: { command: 'ls' } },
    program(`${BIN}/ls`, ['./app.psp']),
  ),
  run(
    'relative-path',
    'A relative path is one of the work environment.',
    { execution: { command: 'tools/x' } },
    program(`${WORKENV}/tools/x`, ['./app.psp']),
  ),
  run(
    'system-program',
    'A program of the system keeps its own path as argv[0].',
    { execution: { command: '/bin/sh -c x' } },
    program('/bin/sh', ['/bin/sh', '-c', 'x'], false),
    '§8.2',
  ),
  run(
    'slot-as-program',
    'A slot that is one file.',
    { execution: { command: '{slot:1} x' } },
    program(`${WORKENV}/data`, ['./app.psp', 'x']),
  ),
  run(
    'by-variable',
    'FLAVOR_COMMAND chooses.',
    { execution: TWO, requested: 'two' },
    program(`${BIN}/two`, [`${BIN}/two`, '-x']),
  ),
  run(
    'by-link',
    'The name of a link chooses.',
    { execution: TWO, invoked: '/usr/local/bin/two' },
    program(`${BIN}/two`, [`${BIN}/two`, '-x']),
  ),
  run(
    'by-link-exe',
    'The name of a link, with .exe.',
    { execution: TWO, invoked: 'C:\\x\\two.EXE' },
    program(`${BIN}/two`, [`${BIN}/two`, '-x']),
  ),
  run(
    'variable-before-link',
    'FLAVOR_COMMAND counts more than the name of a link.',
    { execution: TWO, invoked: 'two', requested: 'one' },
    program(`${BIN}/one`, ['two']),
  ),
  run(
    'other-name',
    'A name that is no command starts the default.',
    { execution: TWO, invoked: 'renamed' },
    program(`${BIN}/one`, ['renamed']),
  ),
  run(
    'unknown-variable',
    'FLAVOR_COMMAND names nothing.',
    { execution: TWO, requested: 'three' },
    { error: 'COMMAND_UNKNOWN' },
  ),
  run(
    'prototype-name',
    'A name that JavaScript’s objects have.',
    { execution: TWO, invoked: 'toString' },
    program(`${BIN}/one`, ['toString']),
  ),
  run(
    'windows',
    'Windows runs nothing without an extension.',
    { execution: { command: '{workenv}/bin/app' }, values: WINDOWS, invoked: 'app' },
    program('C:\\cache\\w e/bin/app.exe', ['app']),
  ),
]

const LEVELS: readonly Vector[] = (
  [
    [undefined, undefined, 'standard'],
    ['strict', undefined, 'strict'],
    ['none', undefined, 'standard'],
    ['none', 'none', 'none'],
    ['minimal', 'relaxed', 'relaxed'],
    ['relaxed', 'strict', 'strict'],
    [undefined, 'none', 'standard'],
    ['STRICT', undefined, 'standard'],
    ['nonsense', 'none', 'standard'],
  ] as const
).map(([requested, minimum_level, level], position) => ({
  area: 'level',
  name: `level-${position + 1}`,
  comment: `FLAVOR_VALIDATION is ${requested ?? 'not set'}, the package allows ${minimum_level ?? 'standard'}.`,
  spec: '§9.1',
  kind: 'level',
  input: { requested, minimum_level },
  expect: { ok: { level } },
}))

export const LAUNCHES: readonly Vector[] = [...COMMANDS, ...LEVELS]
