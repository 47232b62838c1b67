import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectOf, readProject } from '../../../scripts/checks/project.ts'
import { rulesAreProven } from '../../../scripts/checks/rules.ts'
import { breachesOf, specRules } from '../../../scripts/generated/rules.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PROJECT = readProject(ROOT)

/** The project with other text in one file. */
const changed = (path: string, change: (text: string) => string) =>
  projectOf(ROOT, PROJECT.paths, name => (name === path ? change(PROJECT.text(name)) : PROJECT.text(name)))

test('every row of a table that names a code is a rule with a number of its own', async () => {
  const rules = await specRules(PROJECT)
  expect(rules.length).toBeGreaterThan(90)
  expect(new Set(rules.map(rule => rule.number)).size).toBe(rules.length)
  expect(rules.find(rule => rule.number === '2.4-2')).toMatchObject({ code: 'INDEX_OVERLAP', section: '2.4' })
  expect(rules.find(rule => rule.section === '2.2' && rule.text.startsWith('flags'))?.text).toBe(
    'flags: anything but 0',
  )
})

test('what breaks a rule is of its section, or where there is none, has its code', () => {
  const rule = { number: '2.1-1', section: '2.1', code: 'TRUNCATED', text: '' }
  const [here, there] = [
    { name: 'a', spec: '§2.1', error: 'TRUNCATED' },
    { name: 'b', spec: '§4.4', error: 'TRUNCATED' },
  ]
  expect(breachesOf(rule, [there, here])).toEqual([here])
  expect(breachesOf(rule, [there])).toEqual([there])
  expect(breachesOf(rule, [{ ...here, error: 'TAR_END' }])).toEqual([])
})

test('a rule that the native reader does not know, or that nothing breaks, is found', async () => {
  const without = changed('launchers/native/src/error.rs', text => text.replace('"TAR_MODE"', '"OTHER"'))
  expect(await rulesAreProven.find(without)).toEqual([expect.stringContaining('the native reader has no TAR_MODE')])
  const unbroken = changed('spec/pspf-2025.md', text =>
    text.replace('| a wrong header checksum |', '| a wrong sum | TAR_MEMBER |\n| a wrong header checksum |'),
  )
  expect(await rulesAreProven.find(unbroken)).toEqual([])
  const more = changed('spec/pspf-2025.md', text =>
    text.replace('| a wrong header checksum | TAR_CHECKSUM |', '| a wrong sum | FILE_CHANGED |'),
  )
  expect(await rulesAreProven.find(more)).toEqual([
    expect.stringMatching(/^rule 4\.5-3: nothing breaks it \(FILE_CHANGED\)$/),
  ])
})
