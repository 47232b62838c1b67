import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sitePackages, writeLayout } from '../../../src/builders/python/app-layout.ts'
import { scratch } from '../../support/scratch.ts'
import { writeFiles } from './stand-ins.ts'

const interpreter = { version: '3.11.7', executable: 'bin/python3.11', stdlib: 'lib/python3.11' }

test('the tree is a virtual environment of the interpreter beside it, wherever both lie', () => {
  const tree = scratch()
  writeFiles(tree, { '.lock': '' })
  expect(writeLayout(tree, interpreter, { roots: 'roots.pem' })).toEqual([])
  for (const name of ['python', 'python3', 'python3.11'])
    expect(readlinkSync(join(tree, 'bin', name))).toBe('../python/bin/python3.11')
  const configuration = readFileSync(join(tree, 'pyvenv.cfg'), 'utf8')
  expect(configuration).toBe('include-system-site-packages = false\nversion = 3.11.7\n')
  const site = join(tree, sitePackages(interpreter))
  expect(readFileSync(join(site, '_flavor.pth'), 'utf8')).toBe('import _flavor\n')
  expect(readFileSync(join(site, '_flavor.py'), 'utf8')).toContain('"/roots.pem"')
  expect(() => lstatSync(join(tree, '.lock'))).toThrow()
})

test('§8.4 the module that asks for lazy slots is there where the package has some', () => {
  for (const hasLazySlots of [false, true]) {
    const tree = scratch()
    writeLayout(tree, interpreter, { roots: 'x', hasLazySlots })
    expect(existsSync(join(tree, sitePackages(interpreter), 'flavor_slots.py'))).toBe(hasLazySlots)
  }
})

test('§6.5 from Python 3.14 on, home is written where the package runs', () => {
  const [derived] = writeLayout(scratch(), { ...interpreter, version: '3.14.0' }, { roots: 'x' })
  expect(derived).toMatchObject({ path: 'pyvenv.cfg', mode: '0644' })
  expect(derived?.template).toContain('home = {workenv}/python/bin\n')
})
