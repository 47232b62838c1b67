import { expect, test } from 'vitest'
import { projectFrom } from '../../../scripts/checks/project.ts'
import {
  noRecursiveMkdir,
  noVagueNames,
  onlyCliPrints,
  onlyMainExits,
  shortFiles,
} from '../../../scripts/checks/shape.ts'

test('vague names are found, the verb of that name is not', () => {
  const paths = [
    'src/format/utils.ts',
    'src/common/x.ts',
    'test/misc.test.ts',
    'src/cli/helpers.ts',
    'src/cli/helpers/list.ts',
    'src/format/helper-text.ts',
  ]
  expect(noVagueNames.find(projectFrom(Object.fromEntries(paths.map(path => [path, '']))))).toEqual([
    'src/format/utils.ts: named by no concept',
    'src/common/x.ts: named by no concept',
    'test/misc.test.ts: named by no concept',
  ])
})

test('a long file needs a reason at its top', () => {
  const long = 'x\n'.repeat(301)
  const project = projectFrom({
    'src/cli/a.ts': long,
    'src/cli/b.ts': `// over 300 lines: one table\n${long}`,
    'src/cli/c.ts': 'x\n'.repeat(300),
    'launchers/native/src/d.rs': `${'x\n'.repeat(400)}#[cfg(test)]\nmod tests {\n${long}}`,
    'launchers/native/src/e.rs': 'x\n'.repeat(401),
  })
  expect(shortFiles.find(project)).toEqual(['src/cli/a.ts: 301 lines', 'launchers/native/src/e.rs: 401 lines'])
})

test('a library file that prints, and a file that exits, are found', () => {
  const text = `const a = 1\nconsole.log(a)\nprocess.stderr.write('x')\nprocess.exit(1)\nprocess.exitCode = 2\n`
  const project = projectFrom({ 'src/package/a.ts': text, 'src/cli/ui/b.ts': text, 'src/cli/main.ts': text })
  expect(onlyCliPrints.find(project)).toEqual(['src/package/a.ts:2: console.', 'src/package/a.ts:3: process.stderr'])
  expect(onlyMainExits.find(project)).toEqual([
    'src/package/a.ts:4: process.exit(',
    'src/package/a.ts:5: process.exitCode =',
    'src/cli/ui/b.ts:4: process.exit(',
    'src/cli/ui/b.ts:5: process.exitCode =',
  ])
})

test('a recursive mkdir is found, whichever form it has', () => {
  const text = `mkdirSync(a, { recursive: true })\nmkdirSync(a)\nrm(b, { recursive: true })\nawait mkdir(\n  a,\n  { recursive: true },\n)\n`
  const project = projectFrom({ 'src/package/a.ts': text, 'scripts/b.ts': text })
  expect(noRecursiveMkdir.find(project)).toEqual([
    'src/package/a.ts:1: recursive mkdir',
    'src/package/a.ts:4: recursive mkdir',
  ])
})
