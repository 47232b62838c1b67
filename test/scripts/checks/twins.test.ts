import { expect, test } from 'vitest'
import { projectFrom } from '../../../scripts/checks/project.ts'
import { testsRun, twins } from '../../../scripts/checks/twins.ts'

const LISTED = { 'src/index.ts': `export * from './cli/a.ts'`, 'src/format/index.ts': '' }

test('a source with code needs its twin; types, constants and listed files do not', () => {
  const project = projectFrom({
    ...LISTED,
    'src/cli/a.ts': 'export function a(): number {\n  return 1\n}\n',
    'src/cli/b.ts': 'export function b(): number {\n  return 1\n}\n',
    'test/cli/b.test.ts': '',
    'src/cli/types.ts': `import type { A } from './a.ts'\n/** Why. */\nexport interface X {\n  a: A\n}\nexport type Y = X | undefined\n`,
    'src/cli/limits.ts': '/** Why. */\nexport const MAX_A = 16\n',
  })
  expect(twins.find(project)).toEqual(['src/cli/a.ts: no test/cli/a.test.ts'])
})

test('a listed exception that no longer exists is found', () => {
  expect(twins.find(projectFrom({ 'src/index.ts': '' }))).toEqual([
    'scripts/checks/twins.ts: src/format/index.ts is listed and does not exist',
  ])
})

test('a test that the runner does not match is found', () => {
  const text = `import { test } from 'vitest'\ntest('x', () => {})\n`
  const project = projectFrom({
    'test/cli/a.ts': text,
    'test/cli/b.test.ts': text,
    'test/cli/sample.ts': 'export const x = 1',
  })
  expect(testsRun.find(project)).toEqual(['test/cli/a.ts: holds tests, but is not named *.test.ts'])
})
