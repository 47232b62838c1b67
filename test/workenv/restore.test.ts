import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PackageFile } from '../../src/package/package-file.ts'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { formatSeal, parseSeal, type Seal } from '../../src/workenv/seal.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

interface Published {
  readonly pkg: PackageFile
  readonly base: string
  readonly root: string
  readonly key: string
}

async function published(plan = sharingPlan()): Promise<Published> {
  const [pkg, base] = [await packed(plan), freshBase()]
  const { root, key } = (await prepare(pkg, base)).workenv
  return { pkg, base, root, key }
}

const isLinux = process.platform === 'linux'

/** As if the machine had been started since: the sealed boot is another. */
function reboot({ base, key }: Published): void {
  rewriteSeal(base, key, seal => ({ ...seal, boot: '00000000-0000' }))
  for (const path of treeOf(join(base, 'slots')).filter(path => path.endsWith('/checked'))) {
    writeFileSync(join(base, 'slots', path), '00000000-0000\n')
  }
}

function rewriteSeal(base: string, key: string, change: (seal: Seal) => Seal): void {
  const path = join(base, 'envs', `${key}.seal`)
  const seal = parseSeal(readFileSync(path, 'latin1'))
  if (seal === undefined) throw new Error('there is no seal')
  writeFileSync(path, formatSeal(change(seal)))
}

function damageFile(path: string, text: string): void {
  const { mode, mtime } = lstatSync(path)
  chmodSync(path, 0o600)
  writeFileSync(path, text)
  chmodSync(path, mode & 0o7777)
  utimesSync(path, mtime, mtime)
}

describe('workenv §7.1: the default check sees', () => {
  test.each<[string, (root: string) => void]>([
    ['a main executable that is gone', root => rmSync(join(root, 'bin/run'))],
    ['a main executable that was cut', root => truncateSync(join(root, 'bin/run'), 3)],
    ['a main executable that is a directory', root => replaceByDirectory(join(root, 'bin/run'))],
    ['a directory that was emptied', root => removeTree(join(root, 'bin'))],
    ['a root that is a link', root => replaceByLink(root)],
    ['a root that others can write to', root => chmodSync(root, 0o777)],
    ['a root that is gone', root => removeTree(root)],
  ])('%s', async (_, damage) => {
    const { pkg, base, root } = await published(appPlan())
    damage(root)
    const { workenv } = await prepare(pkg, base)
    expect(readFileSync(join(workenv.root, 'bin/run'), 'utf8')).toBe('#!/bin/sh\necho ok\n')
    expect(treeOf(workenv.root)).toEqual(['bin/', 'bin/run', 'lib/', 'lib/data.txt', 'lib/link'])
    const again = await prepare(pkg, base, { level: 'strict' })
    expect(again.workenv.root).toBe(workenv.root)
    expect(again.lines).toEqual([])
  })

  function replaceByDirectory(path: string): void {
    rmSync(path)
    mkdirSync(path)
  }

  function replaceByLink(root: string): void {
    renameSync(root, `${root}-moved`)
    symlinkSync(`${root}-moved`, root)
  }

  test.each<[string, (path: string) => void]>([
    ['gone', path => rmSync(path)],
    ['empty, as after a power failure', path => truncateSync(path, 0)],
    ['of zeros', path => writeFileSync(path, Buffer.alloc(300))],
    ['a directory', path => replaceByDirectory(path)],
    ['a link', path => replaceByLink(path)],
    ['writable for others', path => chmodSync(path, 0o666)],
  ])('a seal that is %s', async (_, damage) => {
    const { pkg, base, root, key } = await published(appPlan())
    damage(join(base, 'envs', `${key}.seal`))
    const { workenv } = await prepare(pkg, base)
    expect(workenv.fresh).toBe(true)
    expect((await prepare(pkg, base)).workenv.root).toBe(workenv.root)
    if (isLinux && root !== workenv.root) expect(existsSync(root)).toBe(false)
  })

  test('a seal of another package', async () => {
    const { pkg, base, key } = await published(appPlan())
    rewriteSeal(base, key, seal => ({ ...seal, content: 'a'.repeat(64) }))
    expect((await prepare(pkg, base)).workenv.fresh).toBe(true)
  })

  test('a shared slot that is gone', async () => {
    const { pkg, base, root } = await published()
    removeTree(join(base, 'slots'))
    const { workenv } = await prepare(pkg, base)
    expect(workenv.root).toBe(root)
    expect(existsSync(join(root, 'python/lib/os.py'))).toBe(true)
    expect((await prepare(pkg, base)).lines).toEqual([])
  })
})

describe('workenv §7.6: strict', () => {
  test.each<[string, (root: string) => void]>([
    ['a changed file of the same size and time', root => damageFile(join(root, 'lib/app.py'), 'print(2)\n')],
    ['a deleted file', root => rmSync(join(root, 'lib/app.py'))],
    ['a changed mode', root => chmodSync(join(root, 'lib/app.py'), 0o777)],
    ['a link that leads elsewhere', root => replaceLink(join(root, 'python'))],
    ['a changed file of the shared slot', root => damageFile(join(root, 'python/lib/os.py'), 'y\n')],
    ['a file too many', root => writeFileSync(join(root, 'lib/sitecustomize.py'), 'evil')],
    ['a file too many in the shared slot', root => writeFileSync(join(root, 'python/lib/evil.py'), 'evil')],
    ['a listing that was cut', root => truncateSync(join(root, '../listing/0'), 5)],
    ['a listing that is gone', root => rmSync(join(root, '../listing/0'))],
    ['a directory in the place of a file', root => replaceByTree(join(root, 'lib/app.py'))],
  ])('heals %s', async (_, damage) => {
    const { pkg, base, root } = await published()
    const before = treeOf(base)
    damage(root)
    const healed = await prepare(pkg, base, { level: 'strict' })
    expect(healed.workenv.root).toBe(root)
    expect(healed.lines.filter(line => line.startsWith('info: sample: healed'))).toHaveLength(1)
    expect(readFileSync(join(root, 'lib/app.py'), 'utf8')).toBe('print(1)\n')
    expect(readFileSync(join(root, 'python/lib/os.py'), 'utf8')).toBe('x\n')
    expect(treeOf(base)).toEqual(before)
    expect((await prepare(pkg, base, { level: 'strict' })).lines).toEqual([])
  })

  function replaceLink(path: string): void {
    rmSync(path)
    symlinkSync('/usr', path)
  }

  function replaceByTree(path: string): void {
    rmSync(path)
    mkdirSync(join(path, 'a/b'), { recursive: true })
  }

  test('heals derived files', async () => {
    const derived = [{ path: 'etc/cfg', template: '{workenv}\n', mode: '0644' }]
    const { pkg, base, root } = await published(appPlan({ derived }))
    damageFile(join(root, 'etc/cfg'), '/elsewhere\n')
    await prepare(pkg, base, { level: 'strict' })
    expect(readFileSync(join(root, 'etc/cfg'), 'utf8')).toBe(`${root}\n`)
  })

  test('makes every other work environment of a healed slot check once', async () => {
    const { pkg, base, root } = await published()
    const other = await packed(sharingPlan({ package: { name: 'other', version: '1' } }))
    await prepare(other, base)
    damageFile(join(root, 'python/lib/os.py'), 'y\n')
    await prepare(pkg, base, { level: 'strict' })
    const { key } = (await prepare(other, base)).workenv
    const sealed = parseSeal(readFileSync(join(base, 'envs', `${key}.seal`), 'latin1'))
    const shared = sealed?.slots.find(slot => slot.kind === 'share')
    const listing = lstatSync(join(base, 'slots', shared?.tree ?? '', 'listing'), { bigint: true })
    expect(shared).toMatchObject({ mtime: listing.mtimeNs })
  })
})

describe.skipIf(!isLinux)('workenv §7.3: after another boot', () => {
  test('the whole tree is checked once, and then settled', async () => {
    const place = await published()
    reboot(place)
    const { pkg, base, root } = place
    expect((await prepare(pkg, base)).workenv.root).toBe(root)
    expect(existsSync(join(root, '../settled'))).toBe(true)
    // Settled: what is damaged now is no trace of a power failure.
    damageFile(join(root, 'lib/app.py'), 'print(2)\n')
    expect((await prepare(pkg, base)).lines).toEqual([])
    expect(readFileSync(join(root, 'lib/app.py'), 'utf8')).toBe('print(2)\n')
  })

  test.each(['lib/app.py', 'python/lib/os.py'])('%s that lost its content is healed', async file => {
    const place = await published()
    const text = readFileSync(join(place.root, file), 'utf8')
    reboot(place)
    damageFile(join(place.root, file), '\0'.repeat(text.length))
    const { lines } = await prepare(place.pkg, place.base)
    expect(lines.join()).toContain('healed 1 entry')
    expect(readFileSync(join(place.root, file), 'utf8')).toBe(text)
    expect(existsSync(join(place.root, '../settled'))).toBe(false)
  })

  test('a new package does not believe a shared slot of another boot', async () => {
    const place = await published()
    reboot(place)
    damageFile(join(place.root, 'python/lib/os.py'), '\0\0')
    const other = await packed(sharingPlan({ package: { name: 'other', version: '1' } }))
    const { workenv } = await prepare(other, place.base)
    expect(readFileSync(join(workenv.root, 'python/lib/os.py'), 'utf8')).toBe('x\n')
  })
})

test('workenv §7.1: a tree that lay idle for a day is looked through first', async () => {
  const { pkg, base, root, key } = await published()
  rmSync(join(root, 'lib/app.py'))
  rmSync(join(root, 'python/lib/os.py'))
  expect((await prepare(pkg, base)).lines).toEqual([])
  const then = Date.now() / 1000 - 25 * 3600
  utimesSync(join(base, 'envs', `${key}.seal`), then, then)
  expect((await prepare(pkg, base)).lines.join()).toContain('healed 1 entry')
  expect([existsSync(join(root, 'lib/app.py')), existsSync(join(root, 'python/lib/os.py'))]).toEqual([true, true])
})

test('workenv §7.1: levels below standard only ask for the seal and the root', async () => {
  const { pkg, base, root } = await published(appPlan())
  rmSync(join(root, 'bin/run'))
  for (const level of ['relaxed', 'minimal', 'none'] as const) await prepare(pkg, base, { level })
  expect(existsSync(join(root, 'bin/run'))).toBe(false)
})

test('workenv §7.2: a foreign package without tree hashes is compared with itself', async () => {
  const { pkg, base, root } = await published(appPlan())
  const slots = pkg.slots.map(slot => ({ ...slot, metadata: withoutTree(slot.metadata) }))
  const foreign: PackageFile = { ...pkg, slots, metadata: { ...pkg.metadata, build: { tool: 'another' } } }
  damageFile(join(root, 'lib/data.txt'), 'DATA\n')
  await prepare(foreign, base, { level: 'strict' })
  expect(readFileSync(join(root, 'lib/data.txt'), 'utf8')).toBe('data\n')
})

function withoutTree<T extends { tree?: string | undefined }>(metadata: T): Omit<T, 'tree'> {
  const { tree: _, ...rest } = metadata
  return rest
}
