import { type Entry, pax, tar } from '../../scripts/vectors/archive.ts'
import { treeSlot } from '../../scripts/vectors/slots.ts'
import { gzipRuns } from '../../scripts/vectors/streams.ts'
import { type HostileFile, hostileFile } from './hostile-file.ts'

/** Where an entry would go if it were written as it is called. */
const CANARY = '/flavor-hostile-canary'

/** Names that leave the slot, or that another system takes for something else. */
const NAMES: readonly string[] = [
  ...[
    '..',
    '../x',
    'a/..',
    'a/../../x',
    'a/./x',
    './x',
    '.',
    'a//x',
    '//server/share/x',
    CANARY,
    `${CANARY}/x`,
    `a/../..${CANARY}`,
  ],
  ...['\\x', 'a\\x', '..\\x', '\\\\server\\share\\x', '\\\\?\\C:\\x', 'C:', 'C:x', 'c:/x', 'C:\\x'],
  ...[
    'con',
    'PRN',
    'aux',
    'nul',
    'NUL.txt',
    'com0',
    'com1',
    'COM9.tar.gz',
    'lpt1',
    'a/LPT9',
    'com¹',
    'lpt².x',
    'COM³',
    'con.',
  ],
]
/** Those that only a pax record can hold. */
const LONG: readonly (readonly [name: string, path: string])[] = [
  ['a component of 256 bytes', 'a'.repeat(256)],
  ['a component of 256 bytes of UTF-8', 'é'.repeat(128)],
  ['129 components', Array.from({ length: 129 }, () => 'a').join('/')],
  [
    '3073 bytes',
    Array.from({ length: 13 }, () => 'b'.repeat(236))
      .join('/')
      .slice(0, 3073),
  ],
]
const KINDS: readonly (readonly [kind: string, of: (path: string) => Entry])[] = [
  ['file', path => ({ path, body: 'x' })],
  ['directory', path => ({ path, type: '5' })],
  ['symlink', path => ({ path, type: '2', link: 'x' })],
]
/** Targets of symlinks, from a link in `a/b/`. */
const TARGETS: readonly string[] = [
  ...[
    CANARY,
    '/',
    '//x',
    '../../../x',
    '../../..',
    '../../../../../../../../etc/passwd',
    'x/..',
    'x/../../../../y',
    './x',
    'x/.',
    'x//y',
  ],
  ...['x/', '../', '../../../', '..\\x', '\\x', 'C:\\x', '.././x', '..//x', './/', 'x/./y'],
]
const FILE: Entry = { path: 'f', body: 'x' }
const DIRECTORY: Entry = { path: 'd', type: '5' }
const LINK: Entry = { path: 'l', type: '2', link: 'd' }
const HARD_LINK: Entry = { path: 'h', type: '1', link: 'f' }

function archive(name: string, error: string, spec: string, entries: readonly Entry[], end?: Uint8Array): HostileFile {
  const slot = treeSlot('app', '{workenv}', [], 'tar', { archive: tar(entries, end) })
  return hostileFile(`archive: ${name}`, { error, spec, level: 'deep' }, { slots: [slot] })
}

function escaping(): HostileFile[] {
  const named = (name: string, path: string, entries: readonly Entry[]) =>
    archive(`${name} ${JSON.stringify(path.slice(0, 40))}`, 'ENTRY_PATH', '§6.1', entries)
  return [
    ...KINDS.flatMap(([kind, of]) => NAMES.map(path => named(kind, path, [of(path)]))),
    ...NAMES.map(path => named('pax file', path, [pax('path', path), FILE])),
    ...KINDS.flatMap(([kind, of]) =>
      LONG.map(([name, path]) => archive(`${kind} with ${name}`, 'ENTRY_PATH', '§6.1', [pax('path', path), of('x')])),
    ),
  ]
}

function linking(): HostileFile[] {
  const links = TARGETS.map(link => {
    const entries = [{ path: 'a/b/l', type: '2', link }]
    return archive(`symlink to ${JSON.stringify(link)}`, 'ENTRY_LINK', '§6.1', entries)
  })
  const hardLinks = [CANARY, '../x', 'missing', 'd', 'l', 'h', '/etc/passwd', 'f/', './f', 'd/../f'].map(link => {
    const entries = [FILE, DIRECTORY, LINK, { path: 'h', type: '1', link }]
    return archive(`hard link to ${JSON.stringify(link)}`, 'ENTRY_LINK', '§6.1', entries)
  })
  const early = archive('hard link to a file that follows', 'ENTRY_LINK', '§6.1', [HARD_LINK, FILE])
  const climbs = [0, 1, 2, 3].map(depth => {
    const path = [...Array.from({ length: depth }, (_, at) => `d${at}`), 'l'].join('/')
    const link = `${'../'.repeat(depth + 1)}x`
    return archive(`symlink that climbs one too many from ${path}`, 'ENTRY_LINK', '§6.1', [{ path, type: '2', link }])
  })
  return [...links, ...hardLinks, early, ...climbs]
}

function colliding(): HostileFile[] {
  const [file, directory, link, hardLink] = [FILE, DIRECTORY, LINK, HARD_LINK]
  const below = [
    ...KINDS.map(([kind, of]) => [kind, of('PARENT/x')] as const),
    ['hard link', { ...hardLink, path: 'PARENT/x' }] as const,
  ]
  const twice = [file, link, hardLink].flatMap(first =>
    KINDS.map(([kind, of]) =>
      archive(`${first.path} and ${kind} of that name`, 'ENTRY_DUPLICATE', '§6.1', [
        file,
        ...[first].filter(one => one !== file),
        of(first.path),
      ]),
    ),
  )
  const parents = [file, link, hardLink].flatMap(parent =>
    below.map(([kind, entry]) =>
      archive(`${kind} below ${parent.path}`, 'ENTRY_PARENT', '§6.1', [
        file,
        directory,
        ...[parent].filter(one => one !== file),
        { ...entry, path: `${parent.path}/x` },
      ]),
    ),
  )
  const implied = [
    archive('directory twice', 'ENTRY_DUPLICATE', '§6.1', [directory, directory]),
    archive('file where a directory is implied', 'ENTRY_DUPLICATE', '§6.1', [
      { path: 'd/x', body: 'x' },
      { path: 'd', body: 'x' },
    ]),
    archive('link where a directory is implied', 'ENTRY_DUPLICATE', '§6.1', [
      { path: 'd/x', body: 'x' },
      { ...link, path: 'd' },
    ]),
    archive('below a link that leads to a directory of the slot', 'ENTRY_PARENT', '§6.1', [
      directory,
      link,
      { path: 'l/a/b/c', body: 'x' },
    ]),
    archive('below a link to a link', 'ENTRY_PARENT', '§6.1', [
      directory,
      link,
      { path: 'k', type: '2', link: 'l' },
      { path: 'k/x', body: 'x' },
    ]),
  ]
  return [...twice, ...parents, ...implied]
}

function typing(): HostileFile[] {
  const types = [...'3467SVMNDAXZ89'].map(type =>
    archive(`type ${type}`, 'TAR_TYPE', '§4.5', [{ path: 'x', type, body: type === 'S' ? '' : 'x' }]),
  )
  const modes = [0o1755, 0o2755, 0o4755, 0o6755, 0o7777, 0o10644].flatMap(mode =>
    [FILE, DIRECTORY, LINK].map(entry =>
      archive(`${entry.path} of mode ${mode.toString(8)}`, 'TAR_MODE', '§4.5', [{ ...entry, mode }]),
    ),
  )
  const bodies = [DIRECTORY, LINK, HARD_LINK].map(entry =>
    archive(`${entry.path} with a body`, 'TAR_SIZE', '§4.5', [FILE, { ...entry, body: 'x' }]),
  )
  return [...types, ...modes, ...bodies]
}

/** Cut at every block, and with blocks in another order. */
function cut(): HostileFile[] {
  const whole = tar([FILE, DIRECTORY, LINK, { path: 'g', body: 'y'.repeat(600) }])
  const cuts = Array.from({ length: whole.length / 512 - 1 }, (_, blocks) => blocks + 1).map(blocks =>
    archive(`the first ${blocks} blocks`, 'TRUNCATED', '§4.5', [], whole.subarray(0, 512 * blocks)),
  )
  const inside = [1, 100, 511, 513, 1023].map(length =>
    archive(`the first ${length} bytes`, 'TRUNCATED', '§4.5', [], whole.subarray(0, length)),
  )
  return [...cuts, ...inside]
}

/** A few kilobytes that claim, or decode to, far more. */
function bombs(): HostileFile[] {
  const megabytes = 64
  const bomb = gzipRuns(Buffer.alloc(megabytes * 1024 * 1024))
  const zeros = (name: string, stated: number) => {
    const slot = treeSlot('app', '{workenv}', [FILE], 'tgz', { stored: bomb, json: { original_size: stated } })
    return hostileFile(
      `bomb: ${name}`,
      { error: 'TAR_END', spec: '§4.5', level: 'deep' },
      { slots: [slot], editDescriptor: descriptor => descriptor.writeBigUInt64LE(BigInt(stated), 32) },
    )
  }
  const huge = (name: string, edit: (header: Buffer) => void, error: string) =>
    archive(name, error, '§4.5', [{ ...FILE, edit }])
  return [
    { ...zeros(`${megabytes} MiB where 1024 bytes are signed`, 1024), error: 'DECODED_TOO_LONG', spec: '§4.4' },
    {
      ...zeros(`${megabytes} MiB where one byte less is signed`, megabytes * 1024 * 1024 - 1),
      error: 'DECODED_TOO_LONG',
      spec: '§4.4',
    },
    huge('a body of 8 GiB that is not there', header => void header.write('77777777777\0', 124), 'TRUNCATED'),
    huge(
      'a body of 2^53 bytes',
      header => void header.fill(0, 124, 136).fill(0x80, 124, 125).fill(0x20, 129, 130),
      'TAR_HEADER',
    ),
  ]
}

export function hostileArchives(): HostileFile[] {
  return [...escaping(), ...linking(), ...colliding(), ...typing(), ...cut(), ...bombs()]
}
