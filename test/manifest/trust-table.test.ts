import { expect, test } from 'vitest'
import { parsePyproject } from '../../src/manifest/pyproject.ts'
import { parseTrustTable } from '../../src/manifest/trust-table.ts'

const source = (text: string) => ({ path: '/p/pyproject.toml', text, syntax: 'toml' as const })
const table = (text: string) => parseTrustTable(source(text))

test('trust §2.1 the keyring of a project, whatever else its manifest has', () => {
  expect(table('')).toBeUndefined()
  expect(table('[tool.other]\nx = 1')).toBeUndefined()
  expect(table('[tool.flavor.trust]')).toEqual({ keys: [] })
  expect(table('[tool.flavor.trust]\npolicy = "tofu"\nthreshold = 2\nkeys = ["x"]')).toEqual({
    ...{ policy: 'tofu', threshold: 2, keys: ['x'] },
  })
})

test.each([
  ['policy = "strict"', 'MANIFEST_VALUE'],
  ['threshold = 0', 'MANIFEST_VALUE'],
  ['threshold = 1.5', 'MANIFEST_VALUE'],
  ['keys = "x"', 'MANIFEST_VALUE'],
  ['kyes = []', 'MANIFEST_KEY'],
])('%s is refused', (line, code) => {
  expect(() => table(`[tool.flavor.trust]\n${line}`)).toThrow(expect.objectContaining({ code }))
})

test('a project that is packed has the same keys', () => {
  const text =
    '[project]\nname = "app"\nversion = "1"\n[project.scripts]\napp = "a:b"\n[tool.flavor.trust]\nkeys = ["x"]'
  expect(parsePyproject(source(text))).toMatchObject({ trustedKeys: ['x'] })
})
