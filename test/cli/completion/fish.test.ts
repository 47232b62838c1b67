import { expect, test } from 'vitest'
import { completionTree } from '../../../src/cli/completion/completion-tree.ts'
import { fishCompletion } from '../../../src/cli/completion/fish.ts'
import { GROUPS, loadAllVerbs } from '../../../src/cli/verbs.ts'
import { scratch } from '../../support/scratch.ts'
import { hasShell, shellLines } from '../../support/shell.ts'

const code = fishCompletion(completionTree(await loadAllVerbs(), GROUPS))

test('every verb and flag is in it', async () => {
  for (const verb of await loadAllVerbs()) {
    expect(code).toContain(verb.summary.replaceAll("'", "\\'"))
    for (const name of Object.keys(verb.flags)) expect(code).toContain(`-l ${name}`)
  }
})

/** What fish would offer for a line, without the descriptions. */
function offered(line: string): string[] {
  const lines = shellLines('fish', ['--no-config'], `${code}\ncomplete --do-complete '${line}'`, scratch())
  return lines.map(one => one.split('\t')[0] ?? '')
}

test.skipIf(!hasShell('fish'))('a real fish completes verbs, flags and choices', () => {
  expect(offered('flavor keyg')).toEqual(['keygen'])
  expect(offered('flavor keygen --fo')).toEqual(['--force'])
  expect(offered('flavor -q completion z')).toEqual(['zsh'])
  expect(offered('flavor keygen --seed ')).toEqual([])
  expect(offered('flavor workenv ').sort()).toEqual(['clean', 'info', 'inspect', 'list', 'remove', 'repair', 'verify'])
  expect(offered('flavor pack --profile p')).toEqual(['portable'])
})
