import { expect, test } from 'vitest'
import { GROUPS, loadAllVerbs, loadVerb, VERBS } from '../../src/cli/verbs.ts'

test('a verb is found by its own name', async () => {
  for (const name of Object.keys(VERBS)) expect((await loadVerb(name))?.name).toBe(name)
  expect(await loadVerb('toString')).toBeUndefined()
  expect(await loadVerb('')).toBeUndefined()
})

test('verbs of two words belong to a group, and every group has verbs', async () => {
  const groups = (await loadAllVerbs()).map(verb => verb.name.split(' ')).filter(words => words.length === 2)
  expect(new Set(groups.map(([group]) => group))).toEqual(new Set(Object.keys(GROUPS)))
  for (const group of Object.keys(GROUPS)) expect(VERBS).not.toHaveProperty(group)
})
