import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bashCompletion } from '../../../src/cli/completion/bash.ts'
import { completionTree } from '../../../src/cli/completion/completion-tree.ts'
import { GROUPS, loadAllVerbs } from '../../../src/cli/verbs.ts'
import { scratch } from '../../support/scratch.ts'
import { hasShell, shellLines } from '../../support/shell.ts'

const code = bashCompletion(completionTree(await loadAllVerbs(), GROUPS))

/** What bash would offer for the last of the words. */
function offered(...words: string[]): string[] {
  const directory = scratch()
  for (const name of ['app.psp', 'with space']) writeFileSync(join(directory, name), '')
  const quoted = ['flavor', ...words].map(word => `'${word}'`).join(' ')
  const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _flavor; printf '%s\\n' "\${COMPREPLY[@]}"`
  return shellLines('bash', ['--norc', '-u'], `${code}\n${ask}`, directory)
}

test.skipIf(!hasShell('bash'))('a real bash completes verbs, flags, choices and files', () => {
  expect(offered('keyg')).toEqual(['keygen'])
  expect(offered('')).toContain('completion')
  expect(offered('keygen', '--')).toEqual([
    '--out-dir',
    '--force',
    '--passphrase',
    '--seed',
    '--quiet',
    '--json',
    '--no-color',
    '--help',
  ])
  expect(offered('keygen', '--fo')).toEqual(['--force'])
  expect(offered('-q', 'completion', 'z')).toEqual(['zsh'])
  expect(offered('keygen', '--seed', '')).toEqual([])
  expect(offered('workenv', '')).toEqual(['list', 'info', 'inspect', 'verify', 'repair', 'remove', 'clean'])
  expect(offered('workenv', 'clean', '--o')).toEqual(['--older-than'])
  expect(offered('pack', '--profile', 'p')).toEqual(['portable'])
  expect(offered('pack', '--no-v')).toEqual(['--no-verify'])
  expect(offered('verify', 'app')).toEqual(['app.psp'])
  expect(offered('verify', 'with')).toEqual(['with space'])
})
