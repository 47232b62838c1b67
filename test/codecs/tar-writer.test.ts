import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTar } from '../../src/codecs/tar-reader.ts'
import { DEFAULT_MTIME, type TarInput, writeTar } from '../../src/codecs/tar-writer.ts'
import { collect, inPieces } from './streams.ts'

const LONG = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`
const file = (path: string, content: string, mode = 0o644): TarInput => {
  return { path, type: 'file', mode, size: Buffer.byteLength(content), body: [Buffer.from(content)] }
}
const TREE: readonly TarInput[] = [
  { path: 'd', type: 'directory', mode: 0o755, size: 0 },
  file('d/café', 'hello', 0o755),
  { path: 'd/link', type: 'symlink', mode: 0o777, size: 0, linkTarget: 'café' },
  { path: 'd/hard', type: 'hardlink', mode: 0o755, size: 0, linkTarget: 'd/café' },
  file(LONG, 'long'),
  file(`${'p'.repeat(150)}/${'n'.repeat(100)}`, ''),
  { path: 'to-long', type: 'symlink', mode: 0o777, size: 0, linkTarget: LONG },
]

test('§11 what is written is read: paths, links, modes and contents', async () => {
  const seen = []
  for await (const { body, ...member } of readTar(writeTar(TREE), { where: 'slot 1', maxEntries: 100 })) {
    seen.push({ ...member, content: (await collect(body)).toString() })
  }
  const want = []
  for (const { body, ...member } of TREE) {
    const path = member.type === 'directory' ? `${member.path}/` : member.path
    want.push({ ...member, path, content: (await collect(body ?? [])).toString() })
  }
  expect(seen).toEqual(want)
})

test('§11 any paths and contents survive', async () => {
  const name = fc
    .string({ minLength: 1, maxLength: 400, unit: 'grapheme' })
    .filter(text => text.isWellFormed() && !text.includes('\0'))
  const entry = fc.record({ path: name, content: fc.uint8Array({ maxLength: 1500 }), target: fc.option(name) })
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async entries => {
      const members = entries.map(({ path, content, target }): TarInput => {
        return target === null
          ? { path, type: 'file', mode: 0o600, size: content.length, body: [content] }
          : { path, type: 'symlink', mode: 0o777, size: 0, linkTarget: target }
      })
      let at = 0
      for await (const member of readTar(writeTar(members), { where: 'slot 1', maxEntries: 100 })) {
        const { path, content, target } = entries[at++] ?? { path: '', content: new Uint8Array(), target: null }
        expect([member.path, member.linkTarget ?? null]).toEqual([path, target])
        expect((await collect(member.body)).equals(target === null ? content : Buffer.alloc(0))).toBe(true)
      }
      expect(at).toBe(entries.length)
    }),
  )
})

test('§11 same entries, same bytes: owner 0 without a name, one time, no pax where ustar has room', async () => {
  const archive = await collect(writeTar([file('a', 'hello')]))
  expect(archive).toHaveLength(512 + 512 + 1024)
  expect(archive.toString('latin1', 0, 1)).toBe('a')
  expect(archive.toString('latin1', 100, 148)).toBe(
    `0000644\x000000000\x000000000\x0000000000005\x000${DEFAULT_MTIME.toString(8)}\0`,
  )
  expect(archive.toString('latin1', 156, 157)).toBe('0')
  expect(archive.toString('latin1', 257, 265)).toBe('ustar\x0000')
  expect(archive.subarray(265, 329).every(byte => byte === 0)).toBe(true)
  const pieces = { ...file('a', 'hello'), body: inPieces(Buffer.from('hello'), [2]) }
  expect((await collect(writeTar([pieces]))).equals(archive)).toBe(true)
  const at1990 = await collect(writeTar([file('a', 'hello')], { mtime: 631152000 }))
  expect(at1990.toString('latin1', 136, 147)).toBe((631152000).toString(8).padStart(11, '0'))
})

test.each([-1, 1.5, 8 ** 11])('refuses the time %d, which has no place in a header', async mtime => {
  await expect(collect(writeTar([file('a', '')], { mtime }))).rejects.toMatchObject({ code: 'TAR_MEMBER' })
})

test('an empty tree is an empty archive', async () => {
  expect((await collect(writeTar([]))).equals(Buffer.alloc(1024))).toBe(true)
})

test('large bodies pass through in chunks, small ones are gathered', async () => {
  const large = Buffer.alloc(3_000_000, 'large')
  const members: TarInput[] = [
    ...Array.from({ length: 2000 }, (_, n) => file(`small-${n}`, 'x'.repeat(100))),
    { path: 'large', type: 'file', mode: 0o644, size: large.length, body: [large] },
  ]
  const lengths = []
  for await (const bytes of writeTar(members)) lengths.push(bytes.length)
  expect(lengths.length).toBeLessThan(6)
  expect(lengths.reduce((sum, length) => sum + length)).toBe(2000 * 1024 + 512 + 3_000_320 + 1024)
})

test('§4.5 a size above 8 GiB is a pax record', async () => {
  const size = 8 * 1024 ** 3
  const writing = writeTar([{ path: 'huge', type: 'file', mode: 0o644, size, body: [Buffer.alloc(2 * 1024 * 1024)] }])
  const first = Buffer.from((await writing.next()).value as Uint8Array)
  await writing.return(undefined)
  expect(first.toString('latin1', 512, 530)).toBe('19 size=8589934592')
  expect(first.toString('latin1', 1024, 1028)).toBe('huge')
})

test.each([
  ['a body shorter than its size: the file changed while it was read', { ...file('a', 'hello'), size: 6 }],
  ['a body longer than its size', { ...file('a', 'hello'), size: 4 }],
  ['a set-id bit', { ...file('a', ''), mode: 0o4755 }],
  ['a path with a NUL', file('a\0b', '')],
  ['an empty path', file('', '')],
  ['a path that is no Unicode text', file('\ud800', '')],
  ['a link without a target', { path: 'a', type: 'symlink', mode: 0o777, size: 0 } as const],
  ['a file with a link target', { ...file('a', ''), linkTarget: 'b' }],
  ['a size that is no whole number', { ...file('a', ''), size: 1.5 }],
])('refuses to write %s', async (_, member) => {
  await expect(collect(writeTar([member]))).rejects.toMatchObject({ code: 'TAR_MEMBER' })
})

test('GNU tar and Python unpack what we write', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flavor-tar-'))
  try {
    const archive = await collect(writeTar(TREE))
    const unpackers = [
      ['tar', ['-xf', '-', '-C']],
      [
        'python3',
        [
          '-X',
          'utf8',
          '-c',
          'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|").extractall(sys.argv[1])',
        ],
      ],
    ] as const
    for (const [command, parameters] of unpackers) {
      const root = mkdtempSync(join(directory, 'root-'))
      execFileSync(command, [...parameters, root], { input: archive })
      expect(readFileSync(join(root, 'd/café'), 'utf8')).toBe('hello')
      expect(lstatSync(join(root, 'd/café')).mode & 0o777).toBe(0o755)
      expect(lstatSync(join(root, 'd/hard')).ino).toBe(lstatSync(join(root, 'd/café')).ino)
      expect(readFileSync(join(root, LONG), 'utf8')).toBe('long')
      expect(readlinkSync(join(root, 'to-long'))).toBe(LONG)
      expect(lstatSync(join(root, 'd/café')).mtimeMs).toBe(DEFAULT_MTIME * 1000)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})
