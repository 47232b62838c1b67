import { expect, test } from 'vitest'
import { completionTree, shellWord } from '../../../src/cli/completion/completion-tree.ts'
import { defineVerb } from '../../../src/cli/verb.ts'

test('verbs of two words lie below their group', () => {
  const verb = (name: string) =>
    defineVerb({ name, summary: name, arguments: {}, flags: {}, examples: [], json: {}, run: async () => 0 })
  const tree = completionTree([verb('pack'), verb('workenv list')], { workenv: 'about' })
  expect(tree.words).toEqual([
    { parent: '', name: 'pack', path: 'pack', description: 'pack' },
    { parent: 'workenv', name: 'list', path: 'workenv list', description: 'workenv list' },
    { parent: '', name: 'workenv', path: 'workenv', description: 'about' },
  ])
})

test('a quoted word stands for itself', () => {
  expect(shellWord("it's $HOME")).toBe(`'it'\\''s $HOME'`)
})
