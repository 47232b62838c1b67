import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliScript } from '../../support/cli-script.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { scratch } from '../../support/scratch.ts'
import { ALICE, pinLine, writeTrust } from '../../support/trust-place.ts'

cliScript('trust')

test('a comment of a key is no order to the terminal', async () => {
  const home = scratch()
  writeTrust(join(home, '.config/flavor/trust'), { 'all.keys': pinLine(ALICE, '*', '\u001b[2Jx') })
  const { stdout } = await runInProcess(['trust', 'list'], { environment: { HOME: home } })
  expect(stdout).toContain('\\x1b[2Jx')
})

test('without a home there is the keyring of the system', async () => {
  expect(await runInProcess(['trust', 'list', '--json'])).toMatchObject({ exit: 0 })
})
