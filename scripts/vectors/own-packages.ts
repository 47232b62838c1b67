import { type Entry, pax, tar } from './archive.ts'
import type { PackageHooks, PackageJson } from './assembler.ts'
import { goodPackage } from './expected.ts'
import { fileSlot, type SlotPart, selfSlot, treeSlot } from './slots.ts'
import { gzip, zstd } from './streams.ts'
import type { Vector } from './vector.ts'

export const APP: readonly Entry[] = [
  { path: 'bin', type: '5' },
  { path: 'bin/app', mode: 0o755, body: '#!/bin/sh\nexit 0\n' },
]

/** Every kind of entry that an archive may hold. */
const RICH: readonly Entry[] = [
  ...APP,
  { path: 'empty', type: '5', mode: 0o700 },
  { path: 'lib/deep/data.txt', body: 'data\n', mode: 0o600 },
  { path: 'lib/none', body: '' },
  { path: 'lib/Ünïcode 📦', body: 'x' },
  { path: 'bin/link', type: '2', link: 'app' },
  { path: 'lib/deep/up', type: '2', link: '../../bin/app' },
  { path: 'here', type: '2', link: '.' },
  { path: 'lib/hard', type: '1', link: 'lib/deep/data.txt' },
]

/** Paths that fit into no ustar header. */
const LONG_PATH = `${'long/'.repeat(40)}name`
const LONG: readonly Entry[] = [
  ...APP,
  pax('path', LONG_PATH),
  { path: 'short', body: 'long\n' },
  pax('linkpath', LONG_PATH),
  { path: 'link', type: '2', link: 'short' },
]
const LONG_MEANT: readonly Entry[] = [
  ...APP,
  { path: LONG_PATH, body: 'long\n' },
  { path: 'link', type: '2', link: LONG_PATH },
]

const SKIPPABLE = Buffer.from('50 2a 4d 18 03 00 00 00 61 62 63'.replaceAll(' ', ''), 'hex')

const own = (name: string, comment: string, spec: string, slots: readonly SlotPart[], hooks: PackageHooks = {}) =>
  goodPackage({ area: 'own', name, comment, spec }, slots, hooks)
const app = treeSlot('app', '{workenv}', APP, 'tar.zst')

/** Packages as our own writer makes them, and what it may make. */
export const OWN_PACKAGES: readonly Vector[] = [
  own('raw', 'One file as it is.', '§3.4', [fileSlot('app', 'bin/app', 'hello slot zero\n', 'raw')]),
  own('gzip', 'One file in a gzip member.', '§4.4', [fileSlot('app', 'bin/app', 'hello\n', 'gzip')]),
  own('zstd', 'One file in a zstd frame.', '§4.4', [fileSlot('app', 'bin/app', 'hello\n', 'zstd')]),
  own('tar', 'A tree without compression.', '§4.5', [treeSlot('app', '{workenv}', APP, 'tar')]),
  own('tgz', 'A tree in gzip.', '§4.5', [treeSlot('app', '{workenv}', APP, 'tgz')]),
  own('tar-zst', 'A tree in zstd, our default.', '§4.5', [app]),
  own('every-entry', 'Directories, files, links of both kinds, an empty file and one without parents.', '§6.1', [
    treeSlot('app', '{workenv}', RICH, 'tar.zst'),
  ]),
  own('long-paths', 'A path and a link target of more than 100 bytes, in pax records.', '§4.5', [
    treeSlot('app', '{workenv}', LONG_MEANT, 'tgz', { archive: tar(LONG) }),
  ]),
  own('empty-tree', 'An archive without an entry: two zero blocks.', '§4.5', [
    app,
    treeSlot('none', '{workenv}/none', [], 'tgz'),
  ]),
  own('empty-file', 'A file of no bytes, stored as no bytes.', '§3.4', [
    fileSlot('app', 'bin/app', 'x', 'raw'),
    fileSlot('none', 'none', '', 'raw'),
  ]),
  own('no-slots', 'A package that is only metadata.', '§2.4', [], {
    editJson: (json: PackageJson) => Object.assign(json.execution, { command: '/bin/true', argv: ['/bin/true'] }),
  }),
  own('self', 'A slot that is the package itself; it has no bytes and is never unpacked.', '§3.5', [
    app,
    selfSlot('self'),
  ]),
  own('several-slots', 'A tree, a shared tree, two files; each at its own place.', '§5.4', [
    app,
    treeSlot('python', '{workenv}/python', [{ path: 'lib/x.py', body: 'pass\n' }], 'tar.zst', {
      json: { share: true },
    }),
    fileSlot('tool', '{workenv}/bin/tool', '#!/bin/sh\n', 'gzip'),
    fileSlot('note', 'note.txt', 'text', 'raw', { permissions: 0o644 }),
  ]),
  own(
    'slots-out-of-order',
    'The second slot lies before the first: only overlap is refused, not order.',
    '§2.4',
    [fileSlot('app', 'bin/app', 'first', 'raw'), fileSlot('two', 'two', 'other', 'raw')],
    { order: [1, 0] },
  ),
  own('setup', 'Setup commands of all four kinds, derived files, directories and environment.', '§7.5', [app], {
    editJson: addSetup,
  }),
  own('derived', 'A file that is rendered with the path of its work environment.', '§6.5', [app], {
    editJson: (json: PackageJson) =>
      Object.assign(json, { derived: [{ path: 'pyvenv.cfg', template: 'home = {workenv}/bin\n', mode: '0444' }] }),
  }),
  own('commands', 'Two commands; the program wants its own path as argv[0].', '§8.1', [app], {
    editJson: addCommands,
  }),
  own('minimum-level', 'A development build that may run unverified.', '§9.1', [app], {
    editJson: (json: PackageJson) => Object.assign(json, { verification: { minimum_level: 'none' }, ephemeral: true }),
  }),
  own(
    'platform-slot',
    'A slot for another system than most.',
    '§3.2',
    [app, fileSlot('win', 'bin/app.exe', 'MZ', 'raw', { json: { platform: 'windows' } })],
    { editDescriptor: (bytes: Buffer, slot: number) => bytes.writeUInt8(slot === 1 ? 3 : 0, 59) },
  ),
  own('volatile-and-persistent', 'Lifecycles without a byte of their own; their descriptors say runtime.', '§3.2', [
    app,
    fileSlot('run', 'run.txt', 'a', 'raw', { json: { lifecycle: 'volatile' } }),
    fileSlot('keep', 'keep.txt', 'b', 'raw', { json: { lifecycle: 'persistent' } }),
  ]),
  own(
    'origin',
    'Two slots about the package; nobody unpacks them to run it, whatever their lifecycle says.',
    '§5.8',
    [
      app,
      fileSlot('bill', '.flavor/bill.json', '{"bomFormat":"CycloneDX","specVersion":"1.6"}', 'zstd', {
        permissions: 0o644,
        json: { lifecycle: 'lazy' },
        lifecycle: 6,
      }),
      fileSlot('how', '.flavor/how.json', '{"payloadType":"x"}', 'raw', { permissions: 0o644 }),
    ],
    { editJson: (json: PackageJson) => Object.assign(json, { sbom: 'bill', provenance: 'how' }) },
  ),
  own('two-zstd-frames', 'Two frames and a skippable one are one stream.', '§4.4', [
    fileSlot('app', 'bin/app', 'hello world\n', 'zstd', {
      stored: Buffer.concat([zstd(Buffer.from('hello ')), SKIPPABLE, zstd(Buffer.from('world\n'))]),
    }),
  ]),
  own('gzip-with-name', 'A gzip member with name, comment, extra field and header checksum.', '§4.4', [
    fileSlot('app', 'bin/app', 'hello\n', 'gzip', {
      stored: gzip(Buffer.from('hello\n'), { header: namedHeader() }),
    }),
  ]),
  own('64-kib-launcher', 'A launcher longer than one read.', '§9.2', [app], { launcher: Buffer.alloc(65_537, 'x') }),
]

/** RFC 1952 §2.3: FHCRC, FEXTRA, FNAME, FCOMMENT. */
function namedHeader(): Buffer {
  const head = Buffer.concat([
    Buffer.from('1f8b081e2a0000000203', 'hex'),
    Buffer.from([2, 0, 0x61, 0x62]),
    Buffer.from('name\0comment\0'),
  ])
  const crc = Buffer.alloc(2)
  crc.writeUInt16LE(crc16(head))
  return Buffer.concat([head, crc])
}

function crc16(bytes: Buffer): number {
  return gzip(bytes).readUInt32LE(gzip(bytes).length - 8) & 0xffff
}

function addSetup(json: PackageJson): void {
  Object.assign(json, {
    setup_commands: [
      { type: 'execute', command: '/bin/true {workenv}' },
      { type: 'enumerate_and_execute', command: '/bin/true', enumerate: { path: '{workenv}/bin', pattern: '*' } },
      { type: 'write_file', path: '{workenv}/metadata/installed', content: '{package_name}-{version}', mode: '0644' },
      { type: 'chmod', path: '{workenv}/bin/*', mode: '0700' },
    ],
    derived: [{ path: 'pyvenv.cfg', template: 'home = {workenv}/bin\n', mode: '0444' }],
    workenv: {
      directories: [{ path: '{workenv}/tmp', mode: '0700' }],
      env: { TMPDIR: '{workenv}/tmp' },
      umask: '0077',
    },
    runtime: { env: { pass: ['PATH'], unset: ['PYTHON*'], map: { A: 'B' }, set: { K: 'V' } } },
    cache_validation: { check_file: '{workenv}/metadata/installed', expected_content: '{package_name}-{version}' },
  })
}

function addCommands(json: PackageJson): void {
  const argv = ['{workenv}/bin/app']
  Object.assign(json.execution, {
    argv0: 'program',
    commands: { app: { argv, argv0: 'program' }, other: { argv: [...argv, '--other'] } },
  })
}
