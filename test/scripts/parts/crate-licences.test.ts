import { expect, test } from 'vitest'
import { licenceFindings } from '../../../scripts/parts/crate-licences.ts'

const crate = (license: string | null, source: string | null = 'registry+x') => ({
  name: 'c',
  version: '1',
  license,
  source,
})

test.each([
  'MIT',
  'MIT/Apache-2.0',
  'MIT OR Apache-2.0 OR LGPL-2.1-or-later',
  '(MIT OR Apache-2.0) AND Unicode-3.0',
  'Apache-2.0 WITH LLVM-exception OR GPL-2.0',
  'BSD-3-Clause AND BSD-2-Clause',
])('%s can be met', license => {
  expect(licenceFindings([crate(license)])).toEqual([])
})

test.each(['GPL-3.0', 'MIT AND GPL-3.0', '(MIT OR Apache-2.0) AND MPL-2.0', 'Apache-2.0 WITH other-exception', null])(
  '%s cannot',
  license => {
    expect(licenceFindings([crate(license)])).toEqual([`c 1: licence ${license ?? 'not stated'}`])
  },
)

test('a crate from elsewhere than the registry is found; our own has no source', () => {
  expect(licenceFindings([crate('MIT', 'git+x'), crate('MIT', null)])).toEqual(['c 1: comes from git+x'])
})
