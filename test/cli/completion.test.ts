import { expect, test } from 'vitest'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'

cliScript('completion')

test.each(['bash', 'zsh', 'fish'])('%s code is all of stdout, or a field of the object', async shell => {
  const { exit, stdout, stderr } = await runInProcess(['completion', shell, '-q'])
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  const object = JSON.parse((await runInProcess(['completion', shell, '--json'])).stdout)
  expect(object).toEqual({ type: 'completion', shell, code: stdout })
})
