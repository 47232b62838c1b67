import { inArea, type Vector } from './vector.ts'

/** Setup commands, with what they leave behind: the values of placeholders are those of every launch, the work environment is real. */

const setups = inArea('setup', { kind: 'setup', spec: '§7.5' })

/** Notes each of its arguments on a line, and each run of it with a line of its own. */
const NOTE = '#!/bin/sh\n{ for word; do echo "$word"; done; echo --; } >>"$(dirname "$0")/../notes"\n'
const FILES = { 'bin/note': NOTE, 'data/b.txt': 'b', 'data/a.txt': 'a', 'data/c.md': 'c' }
const MODES = { 'bin/note': '0755', 'data/b.txt': '0644', 'data/a.txt': '0644', 'data/c.md': '0644' }
const LINKS = { 'data/out.txt': '../../outside', away: '../elsewhere', near: 'data' }

type Left = Readonly<Record<string, readonly [mode: string, content: string]>>

const leaves = (name: string, comment: string, commands: readonly unknown[], changed: Left) => {
  const files = Object.entries(FILES).map(([path, content]): [string, unknown] => [
    path,
    { mode: MODES[path as keyof typeof MODES], content },
  ])
  const others = Object.entries(changed).map(([path, [mode, content]]): [string, unknown] => [path, { mode, content }])
  return setups({
    name,
    comment,
    input: { files: FILES, links: LINKS, setup_commands: commands },
    expect: { ok: { files: { ...Object.fromEntries(files), ...Object.fromEntries(others) } } },
  })
}

const refuses = (name: string, comment: string, error: string, ...commands: readonly unknown[]) =>
  setups({
    name,
    comment,
    input: { files: FILES, links: LINKS, setup_commands: commands },
    expect: { error },
  })

const notes = (...runs: readonly (readonly string[])[]): Left => ({
  notes: ['0644', runs.map(words => `${[...words, '--'].join('\n')}\n`).join('')],
})
const enumerate = (path: string, pattern: string) => ({
  type: 'enumerate_and_execute',
  command: "note 'x y'",
  enumerate: { path, pattern },
})
const write = (path: string, content: string, more = {}) => ({ type: 'write_file', path, content, ...more })

export const SETUPS: readonly Vector[] = [
  leaves(
    'string',
    'A string is a command, split as all commands; no shell sees it.',
    [`note 'a b' "" $HOME * {version}`],
    notes(['a b', '', '$HOME', '*', '1.2']),
  ),
  leaves(
    'execute',
    'One behind the other.',
    ['a', 'b'].map(word => ({ type: 'execute', command: `note ${word}` })),
    {
      ...notes(['a'], ['b']),
    },
  ),
  leaves(
    'enumerate',
    'One run for all names that match, sorted by their bytes.',
    [enumerate('{workenv}/data', '[ab].txt')],
    notes(['x y', '{root}/data/a.txt', '{root}/data/b.txt']),
  ),
  leaves('enumerate-none', 'Without a match nothing runs.', [enumerate('data', '*.rs')], {}),
  leaves(
    'enumerate-root',
    'The work environment itself.',
    [enumerate('{workenv}', 'bi?')],
    notes(['x y', '{root}/bin']),
  ),
  leaves(
    'write-file',
    'The content as it is, without a line feed of ours; parents are made.',
    [write('{workenv}/etc/new/x.conf', 'home={workenv}\nother={home}')],
    { 'etc/new/x.conf': ['0644', 'home={root}\nother={home}'] },
  ),
  leaves(
    'write-file-mode',
    'A mode as octal digits, and as a number that is a whole st_mode.',
    [write('one', '', { mode: '600' }), write('two', '', { mode: 0o100755 })],
    { one: ['0600', ''], two: ['0755', ''] },
  ),
  leaves('write-file-over-link', 'A link is replaced and not written through.', [write('data/out.txt', 'new')], {
    'data/out.txt': ['0644', 'new'],
  }),
  leaves('write-file-link-inside', 'A link within the work environment is a way.', [write('near/new', 'n')], {
    'data/new': ['0644', 'n'],
  }),
  leaves('chmod', 'One file; 700 where no mode is said.', [{ type: 'chmod', path: 'data/c.md' }], {
    'data/c.md': ['0700', 'c'],
  }),
  leaves(
    'chmod-pattern',
    'All files that match, by the rules of names and not by a part of the name; links are left alone.',
    [{ type: 'chmod', path: 'data/*.txt', mode: '640' }],
    { 'data/a.txt': ['0640', 'a'], 'data/b.txt': ['0640', 'b'] },
  ),
  leaves('chmod-no-match', 'A pattern without a match changes nothing.', [{ type: 'chmod', path: 'data/txt*' }], {}),
  refuses('write-outside', 'Out of the work environment.', 'SETUP_PATH', write('../x', 'x')),
  refuses('write-absolute', 'An absolute path elsewhere.', 'SETUP_PATH', write('/tmp/x', 'x')),
  refuses('write-through-link', 'Through a link that leads out.', 'SETUP_PATH', write('away/x', 'x')),
  refuses('chmod-through-link', 'The same for modes.', 'SETUP_PATH', { type: 'chmod', path: 'away/x' }),
  refuses('enumerate-outside', 'The same for names.', 'SETUP_PATH', enumerate('..', '*')),
  refuses('write-set-id', 'A set-id program.', 'SETUP_MODE', write('x', 'x', { mode: '4755' })),
  refuses('chmod-set-id', 'The same for what is there.', 'SETUP_MODE', {
    type: 'chmod',
    path: 'bin/note',
    mode: '4755',
  }),
  refuses('chmod-missing', 'A file that is not there.', 'SETUP_FAILED', { type: 'chmod', path: 'data/none' }),
  refuses('fails', 'The first failure ends it.', 'SETUP_FAILED', '/bin/sh -c "exit 3"', write('never', '')),
  refuses('program-missing', 'A program that only PATH has.', 'PROGRAM_MISSING', 'sh -c true'),
]
