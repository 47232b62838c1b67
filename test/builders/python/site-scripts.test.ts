import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SCRIPT_START } from '../../../src/builders/python/entry-points.ts'
import { deriveScripts } from '../../../src/builders/python/site-scripts.ts'
import { scratch } from '../../support/scratch.ts'
import { writeFiles } from './stand-ins.ts'

test('§6.5 scripts that name an interpreter of this machine are written where the package runs', () => {
  const prefix = scratch()
  const python = '/cache/tree/bin/python3.11'
  writeFiles(prefix, {
    'bin/app': `#!${python}\nold\n`,
    'bin/brought': `#!${python}\nprint(1)\n`,
    'bin/long': `#!/bin/sh\n'''exec' '${python}' "$0" "$@"\n' '''\nprint(2)\n`,
    'bin/native': '\x7fELF',
    'bin/shell': '#!/bin/sh\necho\n',
  })
  const points = [
    { name: 'app', module: 'old', attribute: 'main' },
    { name: 'app', module: 'new', attribute: 'main' },
    { name: 'absent', module: 'a', attribute: 'b' },
  ]
  const derived = deriveScripts(prefix, points, python)
  expect(derived.map(({ path, mode }) => `${path} ${mode}`)).toEqual([
    'bin/absent 0755',
    'bin/app 0755',
    'bin/brought 0755',
    'bin/long 0755',
  ])
  expect(derived[1]?.template).toContain('from new import main')
  expect(derived[2]?.template).toBe(`${SCRIPT_START}print(1)\n`)
  expect(derived[3]?.template).toBe(`${SCRIPT_START}print(2)\n`)
  expect(['app', 'brought', 'long'].some(name => existsSync(join(prefix, 'bin', name)))).toBe(false)
  expect(['native', 'shell'].every(name => existsSync(join(prefix, 'bin', name)))).toBe(true)
})

test('a project without commands has no scripts', () => {
  expect(deriveScripts(scratch(), [], '/python')).toEqual([])
})
