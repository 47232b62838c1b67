import { expect, test } from 'vitest'
import { projectFrom } from '../../../scripts/checks/project.ts'
import { threatsAreShown } from '../../../scripts/checks/threats.ts'

const HEAD =
  '# Security\n\n## Who attacks, and what happens\n\n| attacker | what happens | shown by | not protected |\n|---|---|---|---|\n'
const find = (text: string) =>
  threatsAreShown.find(projectFrom({ 'SECURITY.md': text, 'test/a.test.ts': '', 'src/a.ts': '' }))

test('a row with tests that exist is fine', () => {
  expect(find(`${HEAD}| user | refused | \`test/a.test.ts\` | root |\n\n## Next\n\n| a | b | c | d |\n`)).toEqual([])
})

test('a row without a test, with one that is gone, or with something else is found by its line', () => {
  expect(find(`${HEAD}| user | refused | reading | root |\n`)).toEqual(['SECURITY.md:7: user: names no test'])
  expect(find(`${HEAD}| user | refused | \`test/a.test.ts\`, \`test/b.test.ts\` | root |\n`)).toEqual([
    'SECURITY.md:7: user: test/b.test.ts is no test that exists',
  ])
  expect(find(`${HEAD}| user | refused | \`src/a.ts\` | root |\n`)).toHaveLength(1)
})

test('a page without the section, or with an empty table, is found', () => {
  expect(find('# Security\n')).toHaveLength(1)
  expect(find(HEAD)).toHaveLength(1)
  expect(threatsAreShown.find(projectFrom({}))).toHaveLength(1)
})
