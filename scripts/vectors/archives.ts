import { type Entry, pax, tar, unpacked } from './archive.ts'
import { inArea, type Vector } from './vector.ts'

const tars = inArea('tar', { kind: 'tar', spec: '§4.5' })
const archive = (name: string, comment: string, entries: readonly Entry[], meant = entries, spec = '§4.5') => {
  const file = { extension: 'bin' as const, bytes: tar(entries) }
  return tars({ name: `good-${name}`, comment, spec, file, expect: { ok: { ...unpacked(meant) } } })
}
const refused = (
  name: string,
  error: string,
  comment: string,
  entries: readonly Entry[],
  end?: Uint8Array,
  spec = '§4.5',
) => {
  const file = { extension: 'bin' as const, bytes: tar(entries, end) }
  return tars({ name, comment, spec, file, expect: { error } })
}
/** An entry that is no plain path, or a link that leads out. */
const unsafe = (name: string, error: string, comment: string, entries: readonly Entry[]) =>
  refused(name, error, comment, entries, undefined, '§6.1')

const X: Entry = { path: 'x', body: 'x' }
const gnuName = (path: string): Entry => ({ path: '././@LongLink', type: 'L', body: `${path}\0` })
const link = (path: string, target: string): Entry => ({ path, type: '2', link: target })

const TAR_FORMS: readonly Vector[] = [
  archive('empty', 'No entry.', []),
  archive('file', 'One file.', [X]),
  archive('implied-parent', 'A file whose directory comes behind it.', [
    { path: 'a/b', body: 'x' },
    { path: 'a', type: '5' },
  ]),
  archive('links', 'Links that stay inside.', [
    { path: 'a/b/c', body: 'x' },
    link('a/l', 'b/c'),
    link('a/b/up', '../../a'),
  ]),
  archive('link-to-nothing', 'A link to what is not there yet, or never.', [link('l', 'none')]),
  archive('hard-link', 'A hard link is listed as a file.', [X, { path: 'y', type: '1', link: 'x' }]),
  archive('pax-path', 'A path in a pax record.', [pax('path', 'real'), X], [{ path: 'real', body: 'x' }]),
  archive('gnu-name', 'A path in a GNU header.', [gnuName('real'), X], [{ path: 'real', body: 'x' }]),
  archive('old-magic', 'A header of Unix V7.', [{ ...X, edit: clearMagic }]),
  archive('nul-type', 'NUL as type of a file.', [{ ...X, edit: block => block.fill(0, 156, 157) }]),
  refused('cut-in-header', 'TRUNCATED', 'A header that is cut off.', [], Buffer.alloc(511)),
  refused('no-end', 'TRUNCATED', 'No zero blocks: it could have been longer.', [X], new Uint8Array()),
  refused('one-end-block', 'TRUNCATED', 'One zero block instead of two.', [X], new Uint8Array(512)),
  refused(
    'behind-the-end',
    'TAR_END',
    'An entry behind the end: some readers go on.',
    [X],
    Buffer.concat([Buffer.alloc(1024), tar([X])]),
  ),
  refused(
    'second-block',
    'TAR_END',
    'The second closing block is an entry.',
    [X],
    Buffer.concat([Buffer.alloc(512), tar([X])]),
  ),
  refused('checksum', 'TAR_CHECKSUM', 'A wrong checksum of a header.', [
    { ...X, damage: block => block.write('y', 0) },
  ]),
  refused('magic', 'TAR_HEADER', 'A magic that is none.', [
    { ...X, edit: block => block.write('other\0' + '00', 257) },
  ]),
  refused('size-not-octal', 'TAR_HEADER', 'A size that is no number.', [
    { ...X, edit: block => block.write('0000000000x\0', 124) },
  ]),
  refused('size-huge', 'TAR_HEADER', 'A size of 2^63 in the GNU form.', [{ ...X, edit: writeHugeSize }]),
  refused('device', 'TAR_TYPE', 'A character device.', [{ path: 'x', type: '3' }]),
  refused('block-device', 'TAR_TYPE', 'A block device.', [{ path: 'x', type: '4' }]),
  refused('fifo', 'TAR_TYPE', 'A fifo.', [{ path: 'x', type: '6' }]),
  refused('sparse', 'TAR_TYPE', 'A GNU sparse file.', [{ path: 'x', type: 'S' }]),
  refused('type-unknown', 'TAR_TYPE', 'A type that nobody knows; some readers make a file of it.', [
    { path: 'x', type: 'Z', body: 'x' },
  ]),
  refused('setuid', 'TAR_MODE', 'A set-user-id bit.', [{ ...X, mode: 0o4755 }]),
  refused('setgid', 'TAR_MODE', 'A set-group-id bit on a directory.', [{ path: 'd', type: '5', mode: 0o2755 }]),
  refused('sticky', 'TAR_MODE', 'A sticky bit.', [{ ...X, mode: 0o1644 }]),
  refused('name-empty', 'TAR_NAME', 'An entry without a name.', [{ path: '', body: 'x' }]),
  refused('name-behind-nul', 'TAR_NAME', 'Something hides behind the NUL of a name.', [
    { ...X, edit: block => block.write('evil', 50) },
  ]),
  refused('name-not-utf8', 'TAR_NAME', 'A name in Latin-1.', [{ ...X, edit: block => block.writeUInt8(0xe9, 0) }]),
  refused('link-without-target', 'TAR_NAME', 'A link to nothing.', [link('x', '')]),
  refused('file-with-link', 'TAR_NAME', 'A file with the target of a link.', [{ ...X, link: 'y' }]),
  refused('directory-with-body', 'TAR_SIZE', 'A directory with a body: some readers skip it, some do not.', [
    { path: 'd', type: '5', body: 'x' },
  ]),
  tars({
    name: 'padding',
    comment: 'A byte behind a body, before the next header.',
    file: { extension: 'bin', bytes: tar([X]).fill('y', 1023, 1024) },
    expect: { error: 'TAR_PADDING' },
  }),
  refused('pax-malformed', 'TAR_EXTENSION', 'A pax record with a wrong length.', [
    { path: 'p', type: 'x', body: '99 path=y\n' },
    X,
  ]),
  refused('pax-twice', 'TAR_EXTENSION', 'A path twice in one pax header.', [
    { path: 'p', type: 'x', body: '10 path=a\n10 path=b\n' },
    X,
  ]),
  refused('pax-and-gnu', 'TAR_EXTENSION', 'Two headers name one entry.', [pax('path', 'a'), gnuName('b'), X]),
  refused('pax-sparse', 'TAR_EXTENSION', 'A sparse file in pax form.', [pax('GNU.sparse.major', '1'), X]),
  refused('pax-global-path', 'TAR_EXTENSION', 'A path for all entries.', [{ ...pax('path', 'y'), type: 'g' }, X]),
  refused('pax-last', 'TAR_EXTENSION', 'A pax header with nothing behind it.', [pax('path', 'y')]),
  refused(
    'extension-too-long',
    'TAR_LIMIT',
    'A pax header of 2 MiB, which is not read first.',
    [{ path: 'p', type: 'x', edit: block => block.write('00010000000', 124) }],
    undefined,
    '§10',
  ),
]

/** GNU tar's binary form: 2^63. */
function writeHugeSize(block: Buffer): void {
  block.fill(0, 124, 136).writeUInt8(0x80, 124)
  block.writeUInt8(0x80, 128)
}

function clearMagic(block: Buffer): void {
  block.fill(0, 257, 265)
}

const TAR_ENTRIES: readonly Vector[] = [
  unsafe('dot-dot', 'ENTRY_PATH', 'An entry above the root.', [{ path: '../x', body: 'x' }]),
  unsafe('dot-dot-inside', 'ENTRY_PATH', 'A detour above the root.', [{ path: 'a/../../x', body: 'x' }]),
  unsafe('absolute', 'ENTRY_PATH', 'An absolute entry.', [{ path: '/x', body: 'x' }]),
  unsafe('dot', 'ENTRY_PATH', 'The root itself, as `tar c .` writes it.', [{ path: '.', type: '5' }]),
  unsafe('dot-slash', 'ENTRY_PATH', 'A path with `./` in front.', [{ path: './x', body: 'x' }]),
  unsafe('backslash', 'ENTRY_PATH', 'A path that Windows reads otherwise.', [{ path: 'a\\x', body: 'x' }]),
  unsafe('drive', 'ENTRY_PATH', 'A path on another drive.', [{ path: 'C:x', body: 'x' }]),
  unsafe('pax-absolute', 'ENTRY_PATH', 'An absolute path in a pax record, behind a harmless one.', [
    pax('path', '/x'),
    X,
  ]),
  unsafe('file-as-directory', 'ENTRY_PATH', 'A file whose name ends with a slash.', [{ path: 'x/', body: 'x' }]),
  unsafe('twice', 'ENTRY_DUPLICATE', 'One path twice: which one was meant?', [X, X]),
  unsafe('file-then-directory', 'ENTRY_DUPLICATE', 'A file, and a directory of its name.', [
    X,
    { path: 'x', type: '5' },
  ]),
  unsafe('below-a-file', 'ENTRY_PARENT', 'An entry below a file.', [X, { path: 'x/y', body: 'x' }]),
  unsafe('below-a-link', 'ENTRY_PARENT', 'An entry below a link: it would be written where the link leads.', [
    { path: 'd', type: '5' },
    link('l', 'd'),
    { path: 'l/x', body: 'x' },
  ]),
  unsafe('link-over-directory', 'ENTRY_DUPLICATE', 'A link in the place of a directory that is in use.', [
    { path: 'd/x', body: 'x' },
    link('d', 'e'),
  ]),
  unsafe('link-absolute', 'ENTRY_LINK', 'A link to an absolute path.', [link('l', '/tmp')]),
  unsafe('link-above', 'ENTRY_LINK', 'A link above the root.', [link('a/l', '../..')]),
  unsafe('link-detour', 'ENTRY_LINK', 'A link that climbs behind a name, which may be a link itself.', [
    link('l', 'a/../..'),
  ]),
  unsafe('link-empty-component', 'ENTRY_LINK', 'A link with an empty component.', [link('l', 'a//b')]),
  unsafe('hard-link-outside', 'ENTRY_LINK', 'A hard link to a file outside.', [
    { path: 'y', type: '1', link: '/etc/passwd' },
  ]),
  unsafe('hard-link-before', 'ENTRY_LINK', 'A hard link to what comes later.', [
    { path: 'y', type: '1', link: 'x' },
    X,
  ]),
  unsafe('hard-link-to-link', 'ENTRY_LINK', 'A hard link to a symlink.', [
    link('l', 'none'),
    { path: 'y', type: '1', link: 'l' },
  ]),
  unsafe('hard-link-to-directory', 'ENTRY_LINK', 'A hard link to a directory.', [
    { path: 'd', type: '5' },
    { path: 'y', type: '1', link: 'd' },
  ]),
]

export const ARCHIVES: readonly Vector[] = [...TAR_FORMS, ...TAR_ENTRIES]
