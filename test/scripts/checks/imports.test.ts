import { expect, test } from 'vitest'
import { importDirection, importsOf, noCycles, roomsKnown } from '../../../scripts/checks/imports.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'

test('every form of an import is seen, on one line or many', () => {
  const text = `import a from './a.ts'
import type { B } from '../format/b.ts'
export {
  c,
} from './c.ts'
import './d.ts'
const e = await import('./e.ts')
const text = "from './none.ts'"
`
  const found = importsOf(projectFrom({ 'src/cli/x.ts': text }), 'src/cli/x.ts')
  expect(found.map(({ to }) => to)).toEqual(
    ['a', '../format/b', 'c', 'd', 'e'].map(name => (name.startsWith('..') ? 'src/format/b.ts' : `src/cli/${name}.ts`)),
  )
})

test('a lower room that imports a higher one is found, the other way is not', () => {
  const project = projectFrom({
    'src/format/low.ts': `import { run } from '../cli/high.ts'`,
    'src/cli/high.ts': `import { low } from '../format/low.ts'`,
    'src/index.ts': `export * from './cli/high.ts'`,
    'launchers/node/main.ts': `import '../../src/builders/python/x.ts'\nimport '../../src/launch/x.ts'`,
  })
  expect(importDirection.find(project)).toEqual([
    'src/format/low.ts:1: format/ imports cli/ (../cli/high.ts)',
    'src/index.ts:1: the library imports the command line',
    'launchers/node/main.ts:1: a launcher imports src/builders/python/x.ts',
  ])
})

test('format/ touches neither files nor environment', () => {
  const project = projectFrom({
    'src/format/a.ts': `import { readFileSync } from 'node:fs'\nimport { Buffer } from 'node:buffer'`,
  })
  expect(importDirection.find(project)).toEqual(['src/format/a.ts:1: format/ imports node:fs'])
})

test('a file in no room is found', () => {
  expect(roomsKnown.find(projectFrom({ 'src/stray.ts': '', 'src/odd/x.ts': '', 'src/cli/y.ts': '' }))).toEqual([
    'src/stray.ts',
    'src/odd/x.ts',
  ])
})

test('a cycle is found once, with its way', () => {
  const project = projectFrom({
    'src/cli/a.ts': `import './b.ts'`,
    'src/cli/b.ts': `import './c.ts'`,
    'src/cli/c.ts': `import './b.ts'`,
    'src/cli/types.ts': `import type { D } from './lazy.ts'`,
    'src/cli/lazy.ts': `import './types.ts'\nawait import('./lazy.ts')`,
  })
  expect(noCycles.find(project)).toEqual(['src/cli/b.ts -> src/cli/c.ts -> src/cli/b.ts'])
})
