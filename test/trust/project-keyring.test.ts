import { expect, test } from 'vitest'
import { projectKeyring } from '../../src/trust/project-keyring.ts'
import { ALICE, BOB, pinLine } from '../support/trust-place.ts'

test('trust §2.1 the lines of a manifest are a keyring', () => {
  const found = projectKeyring('p.toml', [pinLine(ALICE, 'a').trim(), pinLine(BOB, 'b').trim()])
  expect(found).toMatchObject({ keyring: 'project', where: 'p.toml', lines: [{ names: ['a'] }, { names: ['b'] }] })
})

test('trust §2.3 an entry that would be passed over, or be two lines, is refused', () => {
  const line = pinLine(ALICE, 'a').trim()
  for (const entry of ['', ' ', `# ${line}`, `${line}\n${line}`, 'x']) {
    expect(() => projectKeyring('p.toml', [line, entry]), entry).toThrow(
      expect.objectContaining({ code: 'TRUST_LINE', detail: expect.objectContaining({ line: '2' }) }),
    )
  }
})
