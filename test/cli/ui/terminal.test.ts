import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Interruption } from '../../../src/cli/interruption.ts'
import { processTerminal } from '../../../src/cli/ui/terminal.ts'

const MAIN = join(import.meta.dirname, '../../../src/cli/main.ts')

test('where nobody can be asked, nobody is', async () => {
  const terminal = processTerminal(new Interruption(), () => {})
  expect(await terminal.ask('really? ')).toBeUndefined()
  expect(await terminal.askSecret('passphrase: ')).toBeUndefined()
})

test('a reader that goes away ends nothing: no message, and the exit code stays true', () => {
  const script = `"$0" "$1" --help | true; echo "\${PIPESTATUS[0]}"; "$0" "$1" nothing 2>&1 >/dev/full | cat`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe(
    '0\nflavor: error[VERB_UNKNOWN]: there is no verb "nothing"\nflavor: hint: `flavor --help` lists the verbs\n',
  )
})
