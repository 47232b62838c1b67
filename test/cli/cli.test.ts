import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'

cliScript('flavor')

test('text of the user cannot steer the terminal', async () => {
  const { exit, stderr } = await runInProcess(['\u001b[2Jkeygen\u202e'])
  expect(exit).toBe(2)
  expect(stderr).not.toContain('\u001b')
  expect(stderr).not.toContain('\u202e')
})

test('errors are coloured on a terminal only, and not with NO_COLOR, --no-color or TERM=dumb', async () => {
  const red = '\u001b[31m'
  expect((await runInProcess(['nothing'], { tty: true })).stderr).toContain(red)
  expect((await runInProcess(['nothing'], { tty: true, environment: { NO_COLOR: '' } })).stderr).toContain(red)
  expect((await runInProcess(['nothing'])).stderr).not.toContain(red)
  expect((await runInProcess(['nothing', '--no-color'], { tty: true })).stderr).not.toContain(red)
  expect((await runInProcess(['nothing'], { tty: true, environment: { NO_COLOR: '1' } })).stderr).not.toContain(red)
  expect((await runInProcess(['nothing'], { tty: true, environment: { TERM: 'dumb' } })).stderr).not.toContain(red)
})

test('FLAVOR_DEBUG=1 adds the stack', async () => {
  const { stderr } = await runInProcess(['nothing'], { environment: { FLAVOR_DEBUG: '1' } })
  expect(stderr).toMatch(/CliError: there is no verb.*\n\s+at /)
})
