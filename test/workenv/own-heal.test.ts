import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

test('workenv §7.6 heals links, derived files, directories and single files, each where it lies', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'doc'), 'a document that is long enough\n')
  const plan = sharingPlan({
    derived: [{ path: 'etc/cfg', template: '{workenv}/x', mode: '0644' }],
    workenv: { directories: [{ path: 'var/log', mode: '0750' }] },
  })
  const pkg = await packed({
    ...plan,
    slots: [...plan.slots, fileSlot('doc', join(directory, 'doc'), 'share/doc.txt')],
  })
  const base = freshBase()
  const { root } = (await prepare(pkg, base)).workenv
  const before = treeOf(base)
  const link = readlinkSync(join(root, 'python'))
  for (const path of ['python', 'etc', 'var', 'share']) rmSync(join(root, path), { recursive: true })
  mkdirSync(join(root, 'python/lib'), { recursive: true })
  symlinkSync('/usr', join(root, 'etc'))
  writeFileSync(join(root, 'share'), 'a file in the place of a directory')
  const { workenv, lines } = await prepare(pkg, base, { level: 'strict' })
  expect(workenv.root).toBe(root)
  expect(lines.filter(line => line.startsWith('info'))).toHaveLength(1)
  expect(readlinkSync(join(root, 'python'))).toBe(link)
  expect(readFileSync(join(root, 'etc/cfg'), 'utf8')).toBe(`${root}/x`)
  expect(lstatSync(join(root, 'var/log')).mode & 0o7777).toBe(0o750)
  expect(readFileSync(join(root, 'share/doc.txt'), 'utf8')).toContain('a document')
  expect(existsSync('/usr/cfg')).toBe(false)
  expect(treeOf(base)).toEqual(before)
})
