import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTar, type TarMember } from '../../src/codecs/tar-reader.ts'
import { writeTar } from '../../src/codecs/tar-writer.ts'
import { collect, Endless, inPieces, pieceLengths } from './streams.ts'
import { body, END, extension, header, record } from './tar-blocks.ts'

const CONTEXT = { where: 'slot 1', maxEntries: 100 }
type Read = Omit<TarMember, 'body'> & { content: string }

async function read(
  bytes: Uint8Array,
  lengths: readonly number[] = [65536],
  maxEntries = CONTEXT.maxEntries,
): Promise<Read[]> {
  const members: Read[] = []
  for await (const { body: content, ...member } of readTar(inPieces(bytes, lengths), { ...CONTEXT, maxEntries })) {
    members.push({ ...member, content: (await collect(content)).toString() })
  }
  return members
}

const FILE = Buffer.concat([header({ name: 'f', size: 5 }), body('hello')])

test('§4.5 reads files, directories and links exactly as the archive has them', async () => {
  const archive = Buffer.concat([
    header({ name: 'd/', type: '5', mode: 0o755 }),
    FILE,
    header({ name: '../absolute//x', type: '2', linkName: '/etc/passwd', mode: 0o777 }),
    header({ name: 'h', type: '1', linkName: 'f' }),
    header({ name: 'old', type: '\0' }),
    END,
  ])
  expect(await read(archive)).toEqual([
    { path: 'd/', type: 'directory', mode: 0o755, size: 0, content: '' },
    { path: 'f', type: 'file', mode: 0o644, size: 5, content: 'hello' },
    { path: '../absolute//x', type: 'symlink', mode: 0o777, size: 0, linkTarget: '/etc/passwd', content: '' },
    { path: 'h', type: 'hardlink', mode: 0o644, size: 0, linkTarget: 'f', content: '' },
    { path: 'old', type: 'file', mode: 0o644, size: 0, content: '' },
  ])
})

test('§4.5 an empty archive is two zero blocks', async () => {
  expect(await read(END)).toEqual([])
  expect(await read(Buffer.concat([END, Buffer.alloc(8192)]))).toEqual([])
})

test('§4.5 pax and GNU names take the place of those in the header', async () => {
  const path = `long/${'é'.repeat(200)}`
  const archive = Buffer.concat([
    extension('g', record('comment', 'commit')),
    extension('x', record('path', path) + record('size', '5')),
    header({ name: 'short', size: 0 }),
    body('hello'),
    extension('K', `${path}\0`),
    extension('L', `${path}.link\0`),
    header({ name: 'short', type: '2', linkName: 'cut' }),
    END,
  ])
  expect(await read(archive)).toMatchObject([
    { path, type: 'file', size: 5, content: 'hello' },
    { path: `${path}.link`, type: 'symlink', linkTarget: path },
  ])
})

test('reads the same whatever the chunks are, and whatever of the bodies is read', async () => {
  const entry = fc.record({ content: fc.string({ maxLength: 1500 }), isRead: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 5 }), pieceLengths, async (entries, lengths) => {
      const files = entries.map(({ content }, n) => {
        return {
          path: `f${n}`,
          type: 'file',
          mode: 0o644,
          size: Buffer.byteLength(content),
          body: [Buffer.from(content)],
        } as const
      })
      const archive = await collect(writeTar(files))
      const seen: (string | undefined)[] = []
      for await (const member of readTar(inPieces(archive, lengths), CONTEXT)) {
        const { isRead } = entries[seen.length] ?? { isRead: true }
        seen.push(isRead ? (await collect(member.body)).toString() : undefined)
      }
      expect(seen).toEqual(entries.map(({ content, isRead }) => (isRead ? content : undefined)))
    }),
  )
})

test.each([
  ['no closing block: what was cut off between two entries would pass for whole', FILE],
  ['one closing block', Buffer.concat([FILE, Buffer.alloc(512)])],
  ['half a closing block', Buffer.concat([FILE, Buffer.alloc(700)])],
  ['half a header', FILE.subarray(0, 300)],
  ['half a body', FILE.subarray(0, 514)],
  ['a body without its padding', FILE.subarray(0, 517)],
  ['half an extension', extension('x', record('path', 'a')).subarray(0, 515)],
  ['nothing', Buffer.alloc(0)],
])('§4.5 refuses an archive with %s', async (_, archive) => {
  for (const length of [1, 65536]) await expect(read(archive, [length])).rejects.toMatchObject({ code: 'TRUNCATED' })
})

test.each([
  ['an entry behind one zero block', Buffer.concat([FILE, Buffer.alloc(512), FILE, END]), 'TAR_END'],
  ['an entry behind the end', Buffer.concat([FILE, END, FILE, END]), 'TAR_END'],
  ['one byte behind the end', Buffer.concat([END, Buffer.alloc(8000), Buffer.of(1)]), 'TAR_END'],
  ['padding that hides bytes', Buffer.concat([header({ size: 5 }), Buffer.alloc(512, 'hidden'), END]), 'TAR_PADDING'],
  ['a flipped bit in a header', flipped(Buffer.concat([FILE, END]), 3), 'TAR_CHECKSUM'],
  ['a character device', Buffer.concat([header({ type: '3' }), END]), 'TAR_TYPE'],
  ['a block device', Buffer.concat([header({ type: '4' }), END]), 'TAR_TYPE'],
  ['a fifo', Buffer.concat([header({ type: '6' }), END]), 'TAR_TYPE'],
  ['a contiguous file', Buffer.concat([header({ type: '7' }), END]), 'TAR_TYPE'],
  ['a GNU sparse file', Buffer.concat([header({ type: 'S' }), END]), 'TAR_TYPE'],
  ['a Solaris extension', Buffer.concat([header({ type: 'X' }), END]), 'TAR_TYPE'],
  ['an unknown type, which libraries take for a file', Buffer.concat([header({ type: 'Z' }), END]), 'TAR_TYPE'],
  ['a set-user-id bit', Buffer.concat([header({ mode: 0o4755 }), END]), 'TAR_MODE'],
  ['no name', Buffer.concat([header({ name: '' }), END]), 'TAR_NAME'],
  ['a link without a target', Buffer.concat([header({ type: '2' }), END]), 'TAR_NAME'],
  ['a file with a link target', Buffer.concat([header({ linkName: 'b' }), END]), 'TAR_NAME'],
  ['a directory with a size', Buffer.concat([header({ type: '5', size: 5 }), body('hello'), END]), 'TAR_SIZE'],
  [
    'a hard link with a size',
    Buffer.concat([header({ type: '1', linkName: 'f', size: 5 }), body('hello'), END]),
    'TAR_SIZE',
  ],
  [
    'a link whose pax size is not 0',
    Buffer.concat([extension('x', record('size', '9')), header({ type: '2', linkName: 'f' }), END]),
    'TAR_SIZE',
  ],
  ['an extension without an entry', Buffer.concat([extension('x', record('path', 'a')), END]), 'TAR_EXTENSION'],
  [
    'two names for one entry',
    Buffer.concat([extension('x', record('path', 'a')), extension('L', 'b\0'), FILE, END]),
    'TAR_EXTENSION',
  ],
  ['a huge extension', Buffer.concat([header({ type: 'x', size: 1024 * 1024 + 1 }), END]), 'TAR_LIMIT'],
])('§4.5 refuses %s', async (_, archive, code) => {
  for (const length of [1, 65536]) await expect(read(archive, [length])).rejects.toMatchObject({ code })
})

test('§10 refuses more entries than allowed, extensions included', async () => {
  await expect(read(Buffer.concat([FILE, FILE, END]), [65536], 2)).resolves.toHaveLength(2)
  await expect(read(Buffer.concat([FILE, FILE, END]), [65536], 1)).rejects.toMatchObject({ code: 'TAR_LIMIT' })
  const globals = new Endless(extension('g', ''))
  const reading = collect(
    (async function* () {
      for await (const _ of readTar(globals, CONTEXT)) yield new Uint8Array()
    })(),
  )
  await expect(reading).rejects.toMatchObject({ code: 'TAR_LIMIT' })
  expect(globals.isClosed).toBe(true)
})

test('no flipped bit of an archive gives other content without an error', async () => {
  const archive = Buffer.concat([header({ name: 'd/', type: '5', mode: 0o755 }), FILE, END])
  const good = await read(archive)
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length * 8 - 1), async bit => {
      const result = await read(flipped(archive, bit >> 3, 1 << (bit & 7))).catch(error => error)
      const isBody = bit >> 3 >= 1024 && bit >> 3 < 1029
      if (result instanceof Error) expect(result).toMatchObject({ name: 'CodecError' })
      else expect(isBody ? result.map(({ path }: Read) => path) : result).toEqual(isBody ? ['d/', 'f'] : good)
    }),
  )
})

test('a body that is read too late fails: the bytes there are those of another entry', async () => {
  const bodies: AsyncIterable<Uint8Array>[] = []
  for await (const member of readTar([FILE, FILE, END], CONTEXT)) bodies.push(member.body)
  expect(bodies).toHaveLength(2)
  for (const late of bodies) await expect(collect(late)).rejects.toThrowError('after the next entry')
})

test('whoever stops early closes the input', async () => {
  const endless = new Endless(FILE)
  for await (const _ of readTar(endless, CONTEXT)) break
  expect(endless.isClosed).toBe(true)
})

describe('archives that other tools write', () => {
  let directory = ''
  const long = `${'d'.repeat(60)}/${'e'.repeat(60)}/${'f'.repeat(120)}`

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'flavor-tar-'))
    mkdirSync(join(directory, 'tree', `${'d'.repeat(60)}/${'e'.repeat(60)}`), { recursive: true })
    writeFileSync(join(directory, 'tree', 'a'), 'hello')
    writeFileSync(join(directory, 'tree', 'café'), '')
    symlinkSync('a', join(directory, 'tree', 'link'))
    linkSync(join(directory, 'tree', 'a'), join(directory, 'tree', 'z-hard'))
  })

  afterAll(() => rmSync(directory, { recursive: true }))

  const expected = (more: object[] = []) => [
    { path: 'a', type: 'file', content: 'hello' },
    { path: 'café', type: 'file', content: '' },
    ...more,
    { path: 'link', type: 'symlink', linkTarget: 'a' },
    { path: 'z-hard', type: 'hardlink', linkTarget: 'a' },
  ]
  const files = ['a', 'café', 'link', 'z-hard']

  test.each(['v7', 'ustar', 'gnu', 'pax'])('GNU tar --format=%s', async format => {
    const archive = execFileSync('tar', [`--format=${format}`, '-cf', '-', ...files], { cwd: join(directory, 'tree') })
    expect(await read(archive)).toMatchObject(expected())
  })

  test.each(['gnu', 'pax'])('GNU tar --format=%s with names that need an extension', async format => {
    writeFileSync(join(directory, 'tree', long), 'long')
    symlinkSync(long, join(directory, 'tree', `long-${format}`))
    const names = [long, `long-${format}`]
    const archive = execFileSync('tar', [`--format=${format}`, '-cf', '-', ...names], { cwd: join(directory, 'tree') })
    expect(await read(archive)).toMatchObject([
      { path: long, type: 'file', content: 'long' },
      { path: `long-${format}`, type: 'symlink', linkTarget: long },
    ])
  })

  test.each(['USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'])('Python tarfile, %s', async format => {
    const script = [
      'import sys, tarfile',
      `with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.${format}) as archive:`,
      '    for name in sys.argv[1:]: archive.add(name)',
    ].join('\n')
    const archive = execFileSync('python3', ['-X', 'utf8', '-c', script, ...files], { cwd: join(directory, 'tree') })
    expect(await read(archive)).toMatchObject(expected())
  })
})

function flipped(bytes: Uint8Array, offset: number, change = 1): Buffer {
  const copy = Buffer.from(bytes)
  copy[offset] = (copy[offset] ?? 0) ^ change
  return copy
}
