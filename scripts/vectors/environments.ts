import { VALUES, WORKENV } from './launch-values.ts'
import { inArea, type Vector } from './vector.ts'

const BIN = `${WORKENV}/bin`
const environments = inArea('environment', { kind: 'environment', spec: '§7.1' })
const FLAVOR = {
  FLAVOR_WORKENV: WORKENV,
  FLAVOR_ORIGINAL_COMMAND: './app.psp',
  FLAVOR_COMMAND_NAME: 'app.psp',
  FLAVOR_PACKAGE: 'app',
  FLAVOR_VERSION: '1.2',
  FLAVOR_OS: 'linux',
  FLAVOR_ARCH: 'amd64',
  FLAVOR_PLATFORM: 'linux_amd64',
}
const build = (
  name: string,
  spec: string,
  comment: string,
  input: Record<string, unknown>,
  variables: Record<string, string>,
  missing: readonly string[] = [],
) =>
  environments({
    name,
    spec,
    comment,
    input: { values: VALUES, invoked: './app.psp', inherited: {}, ...input },
    expect: { ok: { variables: { ...FLAVOR, PATH: `${BIN}:/usr/bin:/bin`, ...variables }, missing } },
  })

const runtime = (
  name: string,
  comment: string,
  env: Record<string, unknown>,
  left: Record<string, string>,
  missing: string[] = [],
) =>
  build(
    name,
    '§7.2',
    comment,
    { runtime: { env }, inherited: { HOME: '/h', LANG: 'C', LC_ALL: 'x', PYTHONPATH: '/p', PYTHONHOME: '/q' } },
    left,
    missing,
  )

/** A slot whose key comes from a variable. */
const KEYED = {
  slots: [
    { slot: 0, id: 'app', target: 'app', size: 1, checksum: '', operations: 'aes256-gcm', key_source: 'env:APP_KEY' },
  ],
}

const ENVIRONMENTS: readonly Vector[] = [
  build(
    'key-kept-back',
    '§4.7',
    'The key of an encrypted slot is for the launcher, whatever a pattern says.',
    { ...KEYED, inherited: { APP_KEY: 'x', APP_KEY_2: 'y' }, runtime: { env: { pass: ['*'] } } },
    { APP_KEY_2: 'y' },
  ),
  build(
    'key-passed',
    '§4.7',
    'A package that asks for the key by its name gets it.',
    { ...KEYED, inherited: { APP_KEY: 'x' }, runtime: { env: { pass: ['APP_KEY'] } } },
    { APP_KEY: 'x' },
  ),
  build(
    'inherited',
    '§7.1',
    'What is inherited is passed on.',
    { inherited: { A: '1', PATH: '/x:/y' } },
    { A: '1', PATH: `${BIN}:/x:/y` },
  ),
  build('no-path', '§7.4', 'An empty PATH does not become the current directory.', { inherited: { PATH: '' } }, {}),
  build(
    'order',
    '§7.1',
    'Later steps win: runtime.env, workenv.env, execution.env, execution.environment, FLAVOR_*.',
    {
      inherited: { A: '0', B: '0', C: '0', D: '0' },
      runtime: { env: { set: { A: '1', B: '1', C: '1', D: '1', FLAVOR_WORKENV: 'x' } } },
      workenv: { env: { B: '2', C: '2', D: '2' } },
      env: { C: '3', D: '3' },
      environment: { D: '4' },
    },
    { A: '1', B: '2', C: '3', D: '4' },
  ),
  build(
    'consumed',
    '§7.4',
    'Variables that steer a launch do not steer the next one.',
    {
      inherited: {
        FLAVOR_COMMAND: 'x',
        FLAVOR_PYTHON: 'x',
        FLAVOR_LAUNCHER_CLI: '1',
        FLAVOR_EXEC_MODE: 'spawn',
        FLAVOR_WORKENV: '/old',
        FLAVOR_SLOT_DATA: '/old',
        FLAVOR_PACKAGE_FILE: '/old',
        FLAVOR_CACHE: '/c',
        FLAVOR_VALIDATION: 'strict',
      },
    },
    { FLAVOR_CACHE: '/c', FLAVOR_VALIDATION: 'strict' },
  ),
  build(
    'placeholders',
    '§5.5',
    'Values are substituted; set is taken as it is.',
    {
      runtime: { env: { set: { S: '{workenv}' } } },
      workenv: { env: { TMPDIR: '{workenv}/tmp' } },
      env: { SLOT: '{slot:1}', OTHER: '{home}' },
    },
    { S: '{workenv}', TMPDIR: `${WORKENV}/tmp`, SLOT: `${WORKENV}/data`, OTHER: '{home}' },
  ),
  build(
    'slot-directories',
    '§7.6',
    'Directories that the program finds by a variable.',
    {
      slot_directories: { 'my-data.1': '/run/x', 'größe\u{1f4e6}': '/run/y' },
    },
    { FLAVOR_SLOT_MY_DATA_1: '/run/x', FLAVOR_SLOT_GR_SSE_: '/run/y' },
  ),
  build(
    'package-file',
    '§7.4',
    'The package that lazy slots are asked from; whatever was inherited is of another one.',
    {
      inherited: { FLAVOR_PACKAGE_FILE: '/old' },
      package_file: '/bin/app.psp',
      slot_directories: { models: '/cache/slots/0/tree' },
    },
    { FLAVOR_PACKAGE_FILE: '/bin/app.psp', FLAVOR_SLOT_MODELS: '/cache/slots/0/tree' },
  ),
  runtime(
    'unset-exact',
    'One variable.',
    { unset: ['HOME'] },
    { LANG: 'C', LC_ALL: 'x', PYTHONPATH: '/p', PYTHONHOME: '/q' },
  ),
  runtime('unset-pattern', 'A pattern.', { unset: ['PYTHON*'] }, { HOME: '/h', LANG: 'C', LC_ALL: 'x' }),
  runtime(
    'pass',
    'What is passed is not removed.',
    { unset: ['*'], pass: ['HOME', 'L?_*'] },
    { HOME: '/h', LC_ALL: 'x' },
  ),
  runtime(
    'unset-flavor',
    'FLAVOR_* is set behind unset: the program always finds its work environment.',
    { unset: ['*'] },
    {},
  ),
  runtime(
    'map',
    'map renames what is left.',
    { unset: ['PYTHON*'], map: { LANG: 'L', PYTHONPATH: 'P', NONE: 'N' } },
    { HOME: '/h', L: 'C', LC_ALL: 'x' },
  ),
  runtime(
    'map-preserved',
    'map leaves what is passed.',
    { unset: ['*'], pass: ['HOME'], map: { HOME: 'H' } },
    { HOME: '/h' },
  ),
  runtime('missing', 'What is passed by name and is not set is told.', { unset: ['*'], pass: ['NONE', 'N*'] }, {}, [
    'NONE',
  ]),
]

const patterns = inArea('name-pattern', { kind: 'name-pattern', spec: '§7.2' })
const PATTERNS: readonly Vector[] = (
  [
    ['PYTHON*', 'PYTHONPATH', true],
    ['PYTHON*', 'PYTHON', true],
    ['*', 'ANY', true],
    ['L?_*', 'LC_ALL', true],
    ['L?_*', 'LANG', false],
    ['[AB]', 'B', true],
    ['[A-C]X', 'BX', true],
    ['[!A]', 'A', false],
    ['[!A]', 'B', true],
    ['[]]', ']', true],
    ['[A', '[A', true],
    ['a', 'A', false],
    ['A.B', 'AxB', false],
  ] as const
).map(([pattern, name, matches], position) =>
  patterns({
    name: `pattern-${position + 1}`,
    comment: `${pattern} and ${name}.`,
    input: { pattern, name },
    expect: { ok: { matches } },
  }),
)

/** What the program finds in its environment. */
export const ENVIRONMENT_VECTORS: readonly Vector[] = [...ENVIRONMENTS, ...PATTERNS]
