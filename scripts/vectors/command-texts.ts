import { VALUES, WORKENV } from './launch-values.ts'
import { inArea, type Vector } from './vector.ts'

/** Text with a meaning to a shell. */
const SHELL = `$\{HOME} $\{workenv}`

const placeholders = inArea('placeholder', { kind: 'placeholder', spec: '§5.5' })
const placeholder = (name: string, template: string, expect: Vector['expect'], comment: string, place = 'command') =>
  placeholders({ name, comment, input: { template, place, values: VALUES }, expect })
const replaced = (name: string, template: string, text: string, comment: string, place = 'command') =>
  placeholder(name, template, { ok: { text } }, comment, place)
const wrong = (name: string, template: string, comment: string, place = 'command') =>
  placeholder(name, template, { error: 'METADATA_PLACEHOLDER' }, comment, place)

const PLACEHOLDERS: readonly Vector[] = [
  replaced('workenv', '{workenv}/bin/x', `${WORKENV}/bin/x`, 'A path in the work environment.'),
  replaced('workenv-alone', '{workenv}', WORKENV, 'The work environment itself.'),
  replaced('workenv-behind-text', '--root={workenv}/x', `--root=${WORKENV}/x`, 'Text in front is fine.'),
  replaced('slot', '{slot:1}/x', `${WORKENV}/data/x`, 'The place of a slot.'),
  replaced('primary', '{primary}', WORKENV, 'The place of the primary slot.'),
  replaced(
    'names',
    '{package_name} {version} {os} {arch} {platform}',
    'app 1.2 linux amd64 linux_amd64',
    'All names that stand for text.',
  ),
  replaced('version-and-text', '{version}-x', '1.2-x', 'Only what stands for a path is followed by a slash.'),
  replaced('twice', '{workenv}/a:{slot:1}/b', `${WORKENV}/a:${WORKENV}/data/b`, 'Two paths in one argument.'),
  replaced('shell', SHELL, SHELL, 'Behind a dollar sign it belongs to a shell.'),
  replaced('braces', '{} {A} {1} {"json":1}', '{} {A} {1} {"json":1}', 'Other braces are text.'),
  replaced('unknown-in-text', '{home}', '{home}', 'A value of the environment may hold anything.', 'text'),
  replaced(
    'list-in-text',
    '{workenv}:{slot:1};"{workenv}"',
    `${WORKENV}:${WORKENV}/data;"${WORKENV}"`,
    'A text ends a path as its readers do.',
    'text',
  ),
  wrong('list-in-command', '{workenv}:x', 'An argument does not.'),
  wrong('text-behind-in-text', '{workenv}x', 'A sibling is one in a text too.', 'text'),
  wrong('unknown', '{home}', 'A command may not: a later launcher would run another one.'),
  wrong('text-behind', '{workenv}x', 'A sibling of the work environment.'),
  wrong('text-behind-slot', '{slot:0}.bak', 'A sibling of a slot.'),
  wrong('slot-too-large', '{slot:2}', 'A slot that is not there.'),
  wrong('slot-negative', '{slot:-1}', 'No number.'),
  wrong('slot-leading-zero', '{slot:00}', 'A second name for slot 0.'),
  wrong('slot-empty', '{slot:}', 'No number.'),
  wrong('slot-without-colon', '{slot}', 'No number.'),
  wrong(
    'slot-in-text',
    '{slot:9}',
    'A value of the environment that names a slot must name one that is there.',
    'text',
  ),
  wrong('number-behind-name', '{workenv:1}', 'A number where none belongs.'),
]

const commands = inArea('command-line', { kind: 'command-line', spec: '§5.6' })
const split = (name: string, command: string, argv: readonly string[], comment: string) =>
  commands({ name, comment, input: { command }, expect: { ok: { argv } } })
const unsplit = (name: string, command: string, comment: string) =>
  commands({ name, comment, input: { command }, expect: { error: 'METADATA_COMMAND' } })

const COMMAND_LINES: readonly Vector[] = [
  split('blanks', ' a  b\tc\nd ', ['a', 'b', 'c', 'd'], 'Blanks, tabs and line feeds separate.'),
  split('single-quotes', "a 'b c' 'd\\e\"'", ['a', 'b c', 'd\\e"'], 'Single quotes keep everything.'),
  split(
    'double-quotes',
    'a "b c" "d\\"e" "f\\g" "\\$h \\\\"',
    ['a', 'b c', 'd"e', 'f\\g', '$h \\'],
    'Double quotes keep all but four escapes.',
  ),
  split('backslash', "a\\ b \\'c \\\\d", ['a b', "'c", '\\d'], 'A backslash takes the meaning of what follows.'),
  split('joined', 'a"b"\'c\'d', ['abcd'], 'Quotes do not end a word.'),
  split('empty-words', 'a \'\' ""', ['a', '', ''], 'Empty quotes are empty words.'),
  split(
    'not-a-shell',
    'a $HOME `b` *? ~ # c;d|e&f>g',
    ['a', '$HOME', '`b`', '*?', '~', '#', 'c;d|e&f>g'],
    'Nothing else that a shell does.',
  ),
  split(
    'placeholder',
    '{workenv}/bin/x {slot:0}',
    ['{workenv}/bin/x', '{slot:0}'],
    'Placeholders are substituted afterwards.',
  ),
  unsplit('single-quote-open', "a 'b", 'A quote that is not closed.'),
  unsplit('double-quote-open', 'a "b', 'A quote that is not closed.'),
  unsplit('backslash-at-end', 'a \\', 'A backslash with nothing behind it.'),
  unsplit('empty', '', 'No argument.'),
  unsplit('blank', ' \t', 'No argument.'),
]

export const COMMAND_TEXTS: readonly Vector[] = [...PLACEHOLDERS, ...COMMAND_LINES]
