import { expect, test } from 'vitest'
import { dependencyObjects, dependencyTable, dependencyTree } from '../../../src/cli/inspection/dependency-text.ts'
import { parseBill } from '../../../src/package/origin/bill-of-materials.ts'
import { BILL } from '../../support/origin-sample.ts'

const bill = parseBill(Buffer.from(JSON.stringify(BILL)), 'x')

test('the tree shows each component with what it needs once, and ends where it turns in a circle', () => {
  expect(dependencyTree(bill).split('\n')).toEqual([
    'sample 1.2.3',
    '├── one 1',
    '└── two\\x1b[2J',
    '    ├── one 1',
    '    └── part',
    '        └── two\\x1b[2J (*)',
    '',
  ])
})

test('without a root the tree begins with what nothing needs', () => {
  const { root: _, ...rest } = bill
  expect(dependencyTree({ ...rest, root: undefined }).split('\n')[0]).toBe('sample 1.2.3')
})

test('the table has one line for each component, the package itself not among them', () => {
  const lines = dependencyTable(bill).trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[2]).toMatch(/^application +two\\x1b\[2J +- +MIT OR Apache-2.0 +pkg:generic\/two$/)
  expect(lines[3]).toMatch(/ own +-$/)
})

test('programs get a flat list', () => {
  expect(dependencyObjects(bill)[1]).toEqual({
    ...{ ref: 'one', type: 'library', name: 'one', version: '1', purl: null, licences: ['MIT'] },
    ...{ sha256: null, depends_on: [] },
  })
})
