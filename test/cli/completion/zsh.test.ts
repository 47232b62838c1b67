import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completionTree } from '../../../src/cli/completion/completion-tree.ts'
import { zshCompletion } from '../../../src/cli/completion/zsh.ts'
import { GROUPS, loadAllVerbs } from '../../../src/cli/verbs.ts'
import { scratch } from '../../support/scratch.ts'
import { hasShell, shellLines } from '../../support/shell.ts'

const code = zshCompletion(completionTree(await loadAllVerbs(), GROUPS))

test('every verb, flag and description is in it', async () => {
  for (const verb of await loadAllVerbs()) {
    expect(code).toContain(`'${verb.name}')`)
    for (const name of Object.keys(verb.flags)) expect(code).toContain(`--${name}`)
  }
})

/** What the completion asks zsh's own functions to offer; they need an interactive shell, so they print their arguments here. */
function asked(...words: string[]): string[] {
  const quoted = ['flavor', ...words].map(word => `'${word}'`).join(' ')
  const stubs = `compdef() {}; _arguments() { print -lr -- "$@" }; _describe() { print -lr -- "\${(@P)2}" }`
  const ask = `() { local -a words=(${quoted}); local -i CURRENT=${words.length + 1}; _flavor }`
  return shellLines('zsh', ['-f'], `${stubs}\n${code}\n${ask}`, scratch())
}

test.skipIf(!hasShell('zsh'))('a real zsh reads it and completes from it', () => {
  const directory = scratch()
  writeFileSync(join(directory, '_flavor'), code)
  const { status, stderr } = spawnSync('zsh', ['-n', join(directory, '_flavor')], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(asked('keyg')).toContain('keygen:make an Ed25519 key pair for signing')
  expect(asked('keygen', '--f')).toContain('(--force -f)--force[replace an existing pair]')
  expect(asked('-q', 'completion', '')).toContain(':SHELL:(bash zsh fish)')
  expect(asked('workenv', '')).toContain('list:list what packages unpacked\\: name, size, last use, who uses it')
  expect(asked('workenv', 'remove', '')).toContain('(--yes -y)-y[do not ask]')
})
