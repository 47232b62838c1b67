import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TarMember } from '../../src/codecs/tar-reader.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { parentOf, TreeChecker } from '../../src/package/tree-checker.ts'

const file = (path: string, text = '', mode = 0o644): TarMember => ({
  path,
  type: 'file',
  mode,
  size: text.length,
  body: body(text),
})
const directory = (path: string): TarMember => ({ path, type: 'directory', mode: 0o755, size: 0, body: body('') })
const link = (path: string, linkTarget: string): TarMember => ({
  path,
  type: 'symlink',
  mode: 0o777,
  size: 0,
  linkTarget,
  body: body(''),
})
const hard = (path: string, linkTarget: string): TarMember => ({ ...link(path, linkTarget), type: 'hardlink' })

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function check(...members: TarMember[]) {
  const checker = new TreeChecker('slot 0')
  for (const member of members) await checker.add(member)
  return checker.entries
}

test.each([
  ['climbs', '../x', 'ENTRY_PATH'],
  ['is absolute', '/etc/passwd', 'ENTRY_PATH'],
  ['is empty', '', 'ENTRY_PATH'],
  ['has a dot', 'a/./b', 'ENTRY_PATH'],
  ['has an empty component', 'a//b', 'ENTRY_PATH'],
  ['has a backslash', 'a\\b', 'ENTRY_PATH'],
  ['has a drive letter', 'C:/x', 'ENTRY_PATH'],
  ['is a device of Windows', 'a/NUL.txt', 'ENTRY_PATH'],
  ['has a long name', 'x'.repeat(256), 'ENTRY_PATH'],
  ['is deep', Array(200).fill('d').join('/'), 'ENTRY_PATH'],
])('§6.1 refuses a path that %s', async (_, path, code) => {
  await expect(check(file(path))).rejects.toMatchObject({ code })
})

test.each([0o4755, 0o2755, 0o1755])('§6.1 refuses the special mode %o', async mode => {
  await expect(check(file('a', '', mode))).rejects.toMatchObject({ code: 'ENTRY_MODE' })
})

test.each([
  ['a file twice', [file('a'), file('a')], 'ENTRY_DUPLICATE'],
  ['a directory twice', [directory('a'), directory('a/')], 'ENTRY_DUPLICATE'],
  ['a file where a directory is implied', [file('a/b'), file('a')], 'ENTRY_DUPLICATE'],
  ['a file below a file', [file('a'), file('a/b')], 'ENTRY_PARENT'],
  ['a file through a link', [link('a', 'b'), file('a/b')], 'ENTRY_PARENT'],
])('§6.1 refuses %s', async (_, members, code) => {
  await expect(check(...members)).rejects.toMatchObject({ code })
})

test.each([
  ['out of the root', 'a', '..'],
  ['out of the root from below', 'a/b', '../../c'],
  ['to an absolute path', 'a', '/etc/passwd'],
  ['that climbs behind its beginning', 'a/b/c', 'x/../../..'],
  ['that is empty', 'a', ''],
  ['with a NUL', 'a', 'b\0c'],
])('§6.1 refuses a link %s', async (_, path, target) => {
  await expect(check(link(path, target))).rejects.toMatchObject({ code: 'ENTRY_LINK' })
})

test.each(['', 'a/missing', '../x', '/etc/passwd', 'dir', 'sym'])('§6.1 refuses a hard link to %j', async target => {
  await expect(check(directory('dir'), link('sym', 'dir'), hard('a/b', target))).rejects.toMatchObject({
    code: 'ENTRY_LINK',
  })
})

test('§6.3 lists every kind of entry as it will be found', async () => {
  const entries = await check(directory('d/'), file('d/f', 'hello', 0o755), link('d/l', '../d/f'), hard('h', 'd/f'))
  expect(entries).toEqual([
    { type: 'd', mode: 0o755, size: 0, sha256: '-', path: 'd' },
    { type: 'f', mode: 0o555, size: 5, sha256: sha256Hex(Buffer.from('hello')), path: 'd/f' },
    { type: 'l', mode: 0o777, size: 6, sha256: sha256Hex(Buffer.from('../d/f')), path: 'd/l' },
    { type: 'f', mode: 0o555, size: 5, sha256: sha256Hex(Buffer.from('hello')), path: 'h' },
  ])
})

test('§6.1 a directory may follow what lies below it, once', async () => {
  await expect(check(file('a/b'), directory('a'))).resolves.toHaveLength(2)
  await expect(check(file('a/b'), directory('a'), directory('a'))).rejects.toMatchObject({ code: 'ENTRY_DUPLICATE' })
})

test('§6.1 an accepted link never resolves to a place above the root', async () => {
  const component = fc.constantFrom('..', 'a', 'b', '.', '')
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(path, fc.array(component, { maxLength: 6 }), async (parts, target) => {
      const accepted = await check(link(parts.join('/'), target.join('/'))).catch(() => undefined)
      if (accepted === undefined) return
      let depth = parts.length - 1
      for (const one of target) {
        depth += one === '..' ? -1 : one === '' || one === '.' ? 0 : 1
        expect(depth).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

test('the parent of a name at the root is the root', () => {
  expect([parentOf('a'), parentOf('a/b'), parentOf('')]).toEqual(['', 'a', ''])
})
