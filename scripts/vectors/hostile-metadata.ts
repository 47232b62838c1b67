import type { PackageJson } from './assembler.ts'
import { hostile } from './hostile-package.ts'
import { gzip, gzipRuns } from './streams.ts'
import type { Vector } from './vector.ts'

const metadata = hostile('metadata', 'open')

/** How the signed text is stored; the index hashes whatever that is. */
const stored = (name: string, error: string, comment: string, store: (json: Buffer) => Uint8Array, spec = '§5.1') =>
  metadata(name, error, spec, comment, { store })

/** What the text is; it is signed as it is. */
const text = (name: string, error: string, comment: string, editText: (text: string) => string | Uint8Array) =>
  metadata(name, error, '§5.2', comment, { editText })

/** What the fields are. */
const field = (name: string, error: string, spec: string, comment: string, editJson: (json: PackageJson) => unknown) =>
  metadata(name, error, spec, comment, { editJson })

const HEADER_WITH_NAME = Buffer.from('1f8b08080000000000ff6e616d6500', 'hex')
const LIMIT = 16 * 1024 * 1024

const STORED: readonly Vector[] = [
  metadata('byte-changed', 'METADATA_CHECKSUM', '§5.1', 'One stored bit.', {
    editFile: (file, { metadata: at }) => file.writeUInt8(file.readUInt8(at + 40) ^ 1, at + 40),
  }),
  metadata('gzip-time-changed', 'METADATA_CHECKSUM', '§5.1', 'The time in the gzip header, which inflating ignores.', {
    editFile: (file, { metadata: at }) => file.writeUInt8(1, at + 4),
  }),
  stored('not-gzip', 'METADATA_GZIP', 'Plain JSON.', json => json),
  stored('zlib', 'METADATA_GZIP', 'A zlib header instead of a gzip one.', json =>
    Buffer.concat([Buffer.from('789c', 'hex'), gzip(json).subarray(10)]),
  ),
  stored('header-flags', 'METADATA_GZIP', 'A file name in the gzip header: room for bytes that nobody reads.', json =>
    gzip(json, { header: HEADER_WITH_NAME }),
  ),
  stored('second-member', 'METADATA_GZIP', 'A second member: one reader stops before it, another goes on.', json =>
    Buffer.concat([gzip(json), gzip(Buffer.from(' '))]),
  ),
  stored('zero-padding', 'METADATA_GZIP', 'Zeros behind the member, inside of metadata_size.', json =>
    Buffer.concat([gzip(json), Buffer.alloc(8)]),
  ),
  stored('trailing-bytes', 'METADATA_GZIP', 'Other bytes behind the member.', json =>
    Buffer.concat([gzip(json), Buffer.from('more')]),
  ),
  stored('crc', 'METADATA_GZIP', 'A wrong CRC-32.', json => gzip(json, { crc: 1 })),
  stored('length', 'METADATA_GZIP', 'A wrong length in the footer.', json => gzip(json, { length: json.length + 1 })),
  stored('cut-short', 'METADATA_GZIP', 'The member ends in its stream.', json => gzip(json).subarray(0, -20)),
  stored('no-footer', 'METADATA_GZIP', 'The member ends before its footer.', json => gzip(json).subarray(0, -8)),
  stored(
    'bomb',
    'METADATA_LIMIT',
    'Inflates to one byte more than the limit.',
    json => gzipRuns(Buffer.concat([json, Buffer.alloc(LIMIT + 1 - json.length, ' ')])),
    '§10',
  ),
]

const TEXTS: readonly Vector[] = [
  text('byte-order-mark', 'METADATA_UTF8', 'A byte order mark, which some readers skip.', json => `\ufeff${json}`),
  text('not-utf8', 'METADATA_UTF8', 'A byte that is no UTF-8, which some readers replace.', json =>
    Buffer.from(json.replace('vector', 'v\u00e9'), 'latin1'),
  ),
  text('utf16', 'METADATA_UTF8', 'UTF-16.', json => Buffer.from(`${json}\ud800`, 'utf16le')),
  text('cut-short-text', 'METADATA_JSON', 'The last brace is missing.', json => json.slice(0, -1)),
  text('two-documents', 'METADATA_JSON', 'A second document behind the first.', json => `${json}{}`),
  text('trailing-comma', 'METADATA_JSON', 'A comma too much.', json => json.replace(/\}$/, ',}')),
  text('comment', 'METADATA_JSON', 'A comment.', json => `${json}//`),
  text('duplicate-key', 'METADATA_DUPLICATE_KEY', 'Two lists of slots: which one was signed?', json =>
    json.replace(/\}$/, ',"slots":[]}'),
  ),
  text('duplicate-key-escaped', 'METADATA_DUPLICATE_KEY', 'The same key in other letters.', json =>
    json.replace(/\}$/, ',"\\u0073lots":[]}'),
  ),
  text('duplicate-key-unknown', 'METADATA_DUPLICATE_KEY', 'Twice a key that means nothing.', json =>
    json.replace(/\}$/, ',"x":{"y":1,"y":1}}'),
  ),
  text('deep', 'METADATA_DEPTH', '33 levels.', json => json.replace(/\}$/, `,"x":${'['.repeat(32)}${']'.repeat(32)}}`)),
  text('float', 'METADATA_NUMBER', 'A number that is no integer, in a key that means nothing.', json =>
    json.replace(/\}$/, ',"x":1.5}'),
  ),
  text('exponent', 'METADATA_NUMBER', 'An integer written with an exponent.', json =>
    json.replace('"primary_slot":0', '"primary_slot":0e0'),
  ),
  text('minus-zero', 'METADATA_NUMBER', 'Minus zero.', json => json.replace('"primary_slot":0', '"primary_slot":-0')),
  text('too-large-a-number', 'METADATA_NUMBER', '2^53, the first integer with a double for a neighbour.', json =>
    json.replace(/\}$/, ',"x":9007199254740992}'),
  ),
  text('half-a-character', 'METADATA_JSON', 'Half of a surrogate pair in a string.', json =>
    json.replace('"vector"', '"\\ud83d"'),
  ),
  text('javascript-key', 'METADATA_JSON', 'A key that JavaScript’s libraries drop.', json =>
    json.replace('"env":{}', '"env":{"__proto__":"1"}'),
  ),
]

const FIELDS: readonly Vector[] = [
  field('format', 'METADATA_SCHEMA', '§5.3', 'Another format.', json => Object.assign(json, { format: 'PSPF/2026' })),
  field('no-name', 'METADATA_SCHEMA', '§5.3', 'A package without a name.', json =>
    Object.assign(json.package, { name: '' }),
  ),
  field('no-command', 'METADATA_SCHEMA', '§5.3', 'Nothing to run.', json =>
    Object.assign(json.execution, { command: undefined }),
  ),
  field('nul-in-string', 'METADATA_SCHEMA', '§5.3', 'A NUL, behind which a system call sees nothing.', json =>
    Object.assign(json.execution, { command: '/bin/true\0x' }),
  ),
  field('size-as-text', 'METADATA_SCHEMA', '§5.3', 'A number in quotes.', json =>
    Object.assign(json.slots[0] ?? {}, { size: '12' }),
  ),
  field('array-for-object', 'METADATA_SCHEMA', '§5.3', 'An array where an object belongs.', json =>
    Object.assign(json.execution, { env: ['A=1'] }),
  ),
  field('variable-with-equals', 'METADATA_SCHEMA', '§5.3', 'A variable that would set another one.', json =>
    Object.assign(json.execution, { env: { 'A=B': '1' } }),
  ),
  field('empty-argv', 'METADATA_SCHEMA', '§5.3', 'An empty argument vector.', json =>
    Object.assign(json.execution, { argv: [] }),
  ),
  field('setup-type', 'METADATA_SCHEMA', '§7.5', 'A setup command of a type that nobody knows.', json =>
    Object.assign(json, { setup_commands: [{ type: 'shell', command: 'x' }] }),
  ),
  field('minimum-level', 'METADATA_SCHEMA', '§9.1', 'A level that nobody knows.', json =>
    Object.assign(json, { verification: { minimum_level: 'off' } }),
  ),
  field('checksum-capitals', 'METADATA_SCHEMA', '§5.3', 'A checksum in capital letters.', json =>
    Object.assign(json.slots[0] ?? {}, { checksum: `sha256:${'AB'.repeat(32)}` }),
  ),
  field('tree-doubled-prefix', 'METADATA_SCHEMA', '§5.3', 'A doubled prefix where no reference writes one.', json =>
    Object.assign(json.slots[0] ?? {}, { tree: `sha256:sha256:${'ab'.repeat(32)}` }),
  ),
]

const target = hostile('target', 'open')

const execution = (name: string, error: string, spec: string, comment: string, change: Record<string, unknown>) =>
  hostile('execution', 'open')(name, error, spec, comment, { editJson: json => Object.assign(json.execution, change) })

/** What a launch would split or substitute is checked when the package is opened. */
const EXECUTION: readonly Vector[] = [
  execution('primary-slot', 'METADATA_PLACEHOLDER', '§5.5', 'primary_slot names a slot that is not there.', {
    primary_slot: 1,
  }),
  execution('slot-out-of-range', 'METADATA_PLACEHOLDER', '§5.5', 'A slot that is not there.', {
    argv: ['{workenv}/bin/app', '{slot:1}'],
  }),
  execution('slot-not-a-number', 'METADATA_PLACEHOLDER', '§5.5', 'A slot number with a sign.', {
    argv: ['{workenv}/bin/app', '{slot:+0}'],
  }),
  execution('slot-in-environment', 'METADATA_PLACEHOLDER', '§5.5', 'A slot that is not there, in a variable.', {
    env: { A: '{slot:7}' },
  }),
  execution('unknown-placeholder', 'METADATA_PLACEHOLDER', '§5.5', 'A placeholder that a later launcher may know.', {
    argv: ['{workenv}/bin/app', '{home}'],
  }),
  execution('text-behind-workenv', 'METADATA_PLACEHOLDER', '§5.5', 'A path beside the work environment.', {
    argv: ['/bin/cat', '{workenv}.evil'],
  }),
  execution('program-climbs', 'METADATA_COMMAND', '§8.1', 'A program outside of the work environment.', {
    argv: ['{workenv}/../evil'],
  }),
  execution('program-relative', 'METADATA_COMMAND', '§8.1', 'A program of the current directory.', {
    argv: ['./evil'],
  }),
  execution('program-is-workenv', 'METADATA_COMMAND', '§8.1', 'The work environment itself is no program.', {
    argv: ['{workenv}'],
  }),
  execution('program-is-workenv-slash', 'METADATA_COMMAND', '§8.1', 'The same with a slash behind it.', {
    argv: ['{workenv}/'],
  }),
  execution('named-command', 'METADATA_COMMAND', '§8.1', 'The second command is held to the same rules.', {
    commands: { other: { argv: ['../evil'] } },
  }),
  execution('open-quote', 'METADATA_COMMAND', '§5.6', 'A quote that nothing closes.', {
    argv: undefined,
    command: "{workenv}/bin/app 'x",
  }),
  execution('empty-command', 'METADATA_COMMAND', '§5.6', 'A command of blanks.', { argv: undefined, command: ' ' }),
  hostile('execution', 'open')(
    'setup-climbs',
    'METADATA_COMMAND',
    '§7.5',
    'A setup command outside of the work environment.',
    {
      editJson: json => Object.assign(json, { setup_commands: [{ type: 'execute', command: '../evil' }] }),
    },
  ),
  hostile('execution', 'open')(
    'setup-pattern',
    'METADATA_COMMAND',
    '§7.5',
    'A pattern that would search below other directories.',
    {
      editJson: json =>
        Object.assign(json, {
          setup_commands: [
            { type: 'enumerate_and_execute', command: 'x', enumerate: { path: '{workenv}', pattern: '../*' } },
          ],
        }),
    },
  ),
]

/** One target that leaves the work environment or means different things to different readers. */
const TARGETS: readonly Vector[] = Object.entries({
  'dot-dot': ['../evil', 'Above the work environment.'],
  'dot-dot-inside': ['a/../../evil', 'Above it, by a detour.'],
  absolute: ['/tmp/evil', 'An absolute path.'],
  'root-slash': ['/', 'The root of the file system, not of the work environment.'],
  'double-slash': ['{workenv}//tmp/evil', 'An absolute path behind the placeholder.'],
  backslash: ['..\\evil', 'Above it, on Windows.'],
  drive: ['C:/evil', 'Another drive, on Windows.'],
  'nul-device': ['lib/NUL.txt', 'A device, on Windows.'],
  'placeholder-and-text': ['{workenv}evil', 'A sibling of the work environment.'],
  'other-placeholder': ['{slot:0}/x', 'A placeholder that targets do not have.'],
  'dot-component': ['a/./b', 'One place by a second name.'],
  'too-deep': ['a/'.repeat(129).slice(0, -1), 'One component more than the limit.'],
  'name-too-long': ['x'.repeat(256), 'A name longer than file systems take.'],
}).map(([name, [path, comment]]) =>
  target(name, 'METADATA_TARGET', '§5.4', comment ?? '', {
    editJson: json => Object.assign(json.slots[0] ?? {}, { target: path }),
  }),
)

export const HOSTILE_METADATA: readonly Vector[] = [...STORED, ...TEXTS, ...FIELDS, ...EXECUTION, ...TARGETS]
