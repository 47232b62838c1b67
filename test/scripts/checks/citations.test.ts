import { expect, test } from 'vitest'
import { citationsExist, rulesAreCited } from '../../../scripts/checks/citations.ts'
import { projectFrom } from '../../../scripts/checks/project.ts'

const SPECS = {
  'spec/pspf-2025.md':
    '# The format\n\n## 2 The file\n\n### 2.1 Trailer\n\nA reader MUST refuse.\n\n### 2.2 Index\n\nJust so.\n',
  'spec/workenv.md': '# Workenv\n\n## 1 Layout\n\nA writer MUST rename.\n',
}

test('a section that is no heading is found; sections of other documents are not looked up', () => {
  const project = projectFrom({
    ...SPECS,
    'src/format/a.ts': `// Spec §2.1, §${'2.9'}; RFC 8878 §3.1.1.1.2 and §3\n// workenv §1, workenv §2 and §2.1; §2.2\n`,
  })
  expect(citationsExist.find(project)).toEqual([
    `src/format/a.ts:1: §${'2.9'} is no heading of spec/pspf-2025.md`,
    'src/format/a.ts:2: §2 is no heading of spec/workenv.md',
    'src/format/a.ts:2: §2.1 is no heading of spec/workenv.md',
  ])
})

test('in spec/workenv.md a section without a name is its own', () => {
  const project = projectFrom({ ...SPECS, 'spec/workenv.md': '## 1 Layout\n\n§1, spec §2.1, §2.1\n' })
  expect(citationsExist.find(project)).toEqual(['spec/workenv.md:3: §2.1 is no heading of spec/workenv.md'])
})

test('a MUST needs code and a proof', () => {
  const project = projectFrom({ ...SPECS, 'src/format/a.ts': '// §2.1', 'spec/vectors/a.json': '{"spec":"§2.1"}' })
  expect(rulesAreCited.find(project)).toEqual([
    'spec/workenv.md §1: cited by no code',
    'spec/workenv.md §1: cited by no test and no vector',
  ])
})
