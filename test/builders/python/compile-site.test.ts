import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileSite } from '../../../src/builders/python/compile-site.ts'
import { scratch } from '../../support/scratch.ts'
import { FakeUv, installContext, refused, standInInterpreter, writeFiles } from './stand-ins.ts'

const site = `${standInInterpreter().stdlib}/site-packages`

test('what is installed is compiled; what is no valid Python is left, and named', async () => {
  const tree = scratch()
  const steps: string[] = []
  writeFiles(tree, {
    [`${site}/good.py`]: 'x = 1\n',
    [`${site}/template.py`]: '{{ name }} = = 1\n',
    'share/x.py': 'x = 1\n',
  })
  await compileSite(tree, installContext(new FakeUv(tree), { onStep: step => steps.push(step) }))
  expect(steps.at(-1)).toMatch(/: \S+\/template\.py$/)
  expect(existsSync(join(tree, site, '__pycache__'))).toBe(true)
  expect(existsSync(join(tree, 'share/__pycache__'))).toBe(false)
})

test('pip stays without bytecode, what only begins with its name does not', async () => {
  const tree = scratch()
  writeFiles(tree, {
    [`${site}/pip/_internal/a.py`]: 'x = 1\n',
    [`${site}/pipeline/a.py`]: 'x = 1\n',
    [`${site}/other/pip/a.py`]: 'x = 1\n',
  })
  await compileSite(tree, installContext(new FakeUv(tree)))
  const compiled = (directory: string) => existsSync(join(tree, site, directory, '__pycache__'))
  expect(['pip/_internal', 'pipeline', 'other/pip'].map(compiled)).toEqual([false, true, true])
})

test('INTERPRETER_PREPARE: an interpreter that does not run', async () => {
  const tree = scratch()
  const interpreter = standInInterpreter({ executable: 'bin/missing' })
  const context = installContext(new FakeUv(tree), { interpreter })
  expect(await refused(() => compileSite(tree, context))).toMatchObject({ code: 'INTERPRETER_PREPARE' })
})
