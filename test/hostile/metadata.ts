import type { PackageJson } from '../../scripts/vectors/assembler.ts'
import { APP_SLOT } from '../../scripts/vectors/hostile-package.ts'
import { fileSlot } from '../../scripts/vectors/slots.ts'
import { type HostileFile, hostileFile } from './hostile-file.ts'

const TARGETS: readonly string[] = [
  ...[
    '..',
    '../x',
    '{workenv}/..',
    '{workenv}/../x',
    'a/../b',
    'a/./b',
    './x',
    'a//b',
    '/x',
    '/',
    '//x',
    '{workenv}//x',
    'x//',
    '{workenv}x',
  ],
  ...[
    '{workenv',
    'workenv}',
    '{other}',
    '{other}/x',
    '{slot:0}',
    '{slot:0}/x',
    'x/{workenv}',
    '~{',
    'a}b',
    'C:',
    'c:x',
    'C:\\x',
    'a\\b',
    '\\x',
  ],
  ...['\\\\server\\share', 'con', 'a/nul', 'AUX.txt', 'com1', 'lpt¹', 'a'.repeat(256), `${'a/'.repeat(128)}b`],
]
const COMMANDS: readonly (readonly [command: string, error: string])[] = [
  ['"', 'METADATA_COMMAND'],
  ["'x", 'METADATA_COMMAND'],
  ['x\\', 'METADATA_COMMAND'],
  ['', 'METADATA_COMMAND'],
  [' \t\n', 'METADATA_COMMAND'],
  ['""', 'METADATA_COMMAND'],
  ['../x', 'METADATA_COMMAND'],
  ['{workenv}', 'METADATA_COMMAND'],
  ['{workenv}/', 'METADATA_COMMAND'],
  ['{workenv}/../x', 'METADATA_COMMAND'],
  ['{workenv}x', 'METADATA_PLACEHOLDER'],
  ['{slot:1}', 'METADATA_PLACEHOLDER'],
  ['{slot:00}/x', 'METADATA_PLACEHOLDER'],
  ['{other}/x', 'METADATA_PLACEHOLDER'],
]
type Edit = (json: PackageJson) => void
const SCHEMA: Readonly<Record<string, Edit>> = {
  'slots is an object': json => Object.assign(json, { slots: {} }),
  'slots is null': json => Object.assign(json, { slots: null }),
  'format is another': json => Object.assign(json, { format: 'PSPF/2026' }),
  'package is null': json => Object.assign(json, { package: null }),
  'the name is empty': json => Object.assign(json.package, { name: '' }),
  'the name holds NUL': json => Object.assign(json.package, { name: 'a\0b' }),
  'the version is a number': json => Object.assign(json.package, { version: 1 }),
  'argv is empty': json => Object.assign(json.execution, { argv: [] }),
  'argv holds a number': json => Object.assign(json.execution, { argv: [1] }),
  'argv holds NUL': json => Object.assign(json.execution, { argv: ['{workenv}/x', 'a\0b'] }),
  'argv0 is another word': json => Object.assign(json.execution, { argv0: 'mine' }),
  'the environment has an empty name': json => Object.assign(json.execution, { environment: { '': 'x' } }),
  'the environment has a name with =': json => Object.assign(json.execution, { environment: { 'A=B': 'x' } }),
  'the environment has a number': json => Object.assign(json.execution, { environment: { A: 1 } }),
  'primary_slot is negative': json => Object.assign(json.execution, { primary_slot: -1 }),
  'a size is negative': json => Object.assign(json.slots[0] ?? {}, { size: -1 }),
  'a size is a text': json => Object.assign(json.slots[0] ?? {}, { size: '1' }),
  'the permissions are no octal digits': json => Object.assign(json.slots[0] ?? {}, { permissions: '0o755' }),
  'the tree is no hash': json => Object.assign(json.slots[0] ?? {}, { tree: 'sha256:00' }),
  'the checksum has upper case': json => upperCase(json.slots[0] ?? {}),
  'self_ref is a number': json => Object.assign(json.slots[0] ?? {}, { self_ref: 1 }),
  'the platform is another word': json => Object.assign(json.slots[0] ?? {}, { platform: 'darwin' }),
  'a setup command of another type': json => Object.assign(json, { setup_commands: [{ type: 'download', url: 'x' }] }),
  'the level is another word': json => Object.assign(json, { verification: { minimum_level: 'off' } }),
  'key_id is short': json => Object.assign(json, { key_id: 'abcd' }),
  'platforms is a text': json => Object.assign(json, { platforms: 'linux' }),
}

function upperCase(slot: Record<string, unknown>): void {
  slot.checksum = `sha256:${`${slot.checksum}`.slice('sha256:'.length).toUpperCase().replace(/[0-9]/, 'A')}`
}

/** Texts that two JSON parsers read as two things. */
const TEXTS: readonly (readonly [name: string, error: string, edit: (text: string) => string | Uint8Array])[] = [
  ['a comment', 'METADATA_JSON', text => `${text}/* */`],
  ['a comma at the end', 'METADATA_JSON', text => `${text.slice(0, -1)},}`],
  ['single quotes', 'METADATA_JSON', text => text.replace('"format"', "'format'")],
  ['a second text', 'METADATA_JSON', text => `${text}{}`],
  ['a NUL behind it', 'METADATA_JSON', text => `${text}\0`],
  ['a control character in a string', 'METADATA_JSON', text => text.replace('"vector"', '"vec\u0001tor"')],
  ['a literal NaN', 'METADATA_JSON', text => text.replace('{', '{"x":NaN,')],
  ['a number with a plus', 'METADATA_JSON', text => text.replace('{', '{"x":+1,')],
  ['a number with a zero in front', 'METADATA_NUMBER', text => text.replace('{', '{"x":01,')],
  ['a number with a point', 'METADATA_NUMBER', text => text.replace('{', '{"x":1.0,')],
  ['a number with an exponent', 'METADATA_NUMBER', text => text.replace('{', '{"x":1e3,')],
  ['a minus zero', 'METADATA_NUMBER', text => text.replace('{', '{"x":-0,')],
  ['2^53', 'METADATA_NUMBER', text => text.replace('{', '{"x":9007199254740992,')],
  ['a number of a thousand digits', 'METADATA_NUMBER', text => text.replace('{', `{"x":${'9'.repeat(1000)},`)],
  ['a key twice', 'METADATA_DUPLICATE_KEY', text => text.replace('{', '{"x":1,"x":1,')],
  ['a key twice, once escaped', 'METADATA_DUPLICATE_KEY', text => text.replace('{', '{"x":1,"\\u0078":1,')],
  ['half of a surrogate pair', 'METADATA_JSON', text => text.replace('{', '{"x":"\\ud83d",')],
  ['half of a surrogate pair as a key', 'METADATA_JSON', text => text.replace('{', '{"\\udc00":1,')],
  ['a key that JavaScript knows', 'METADATA_JSON', text => text.replace('{', '{"__proto__":{},')],
  ['33 levels', 'METADATA_DEPTH', text => text.replace('{', `{"x":${'['.repeat(32)}${']'.repeat(32)},`)],
  ['100 000 levels', 'METADATA_DEPTH', text => text.replace('{', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},`)],
  ['a byte order mark', 'METADATA_UTF8', text => `\ufeff${text}`],
  ['a byte of Latin-1', 'METADATA_UTF8', text => Buffer.from(text.replace('{', '{"é":1,'), 'latin1')],
  ['a surrogate pair in UTF-8', 'METADATA_UTF8', text => withBytes(text, 'eda0bdedb2a9')],
  ['an overlong slash', 'METADATA_UTF8', text => withBytes(text, 'c0af')],
  ['UTF-16', 'METADATA_UTF8', text => Buffer.from(`\ufeff${text}`, 'utf16le')],
]

function withBytes(text: string, hex: string): Uint8Array {
  return Buffer.concat([Buffer.from('{"x":"'), Buffer.from(hex, 'hex'), Buffer.from(`",${text.slice(1)}`)])
}

export function hostileMetadata(): HostileFile[] {
  const open = (error: string, spec: string) => ({ error, spec, level: 'open' as const })
  return [
    ...TARGETS.map(target => {
      const rule = open('METADATA_TARGET', '§5.4')
      return hostileFile(`target ${JSON.stringify(target.slice(0, 40))}`, rule, {
        slots: [APP_SLOT, fileSlot('two', 'two', 'x', 'raw', { json: { target } })],
      })
    }),
    ...COMMANDS.map(([command, error]) =>
      hostileFile(`command ${JSON.stringify(command)}`, open(error, error === 'METADATA_COMMAND' ? '§5.6' : '§5.5'), {
        editJson: json => Object.assign(json.execution, { command, argv: undefined }),
      }),
    ),
    ...Object.entries(SCHEMA).map(([name, editJson]) =>
      hostileFile(`schema: ${name}`, open('METADATA_SCHEMA', '§5.3'), { editJson }),
    ),
    ...TEXTS.map(([name, error, editText]) => hostileFile(`text: ${name}`, open(error, '§5.2'), { editText })),
  ]
}
