import { expect, test } from 'vitest'
import { cliScript } from '../../support/cli-script.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

// All verbs of the group in one session.
cliScript('workenv')

test('what is unpacked is listed, with its size and its last use', async () => {
  const { environment, key, root } = await unpackedSample()
  const { exit, stdout } = await runInProcess(['workenv', 'list', '--json'], { environment })
  const object = JSON.parse(stdout)
  expect(exit).toBe(0)
  expect(await undeclaredFields(object)).toEqual([])
  const own = object.workenvs.filter((one: { base: string }) => one.base === environment.FLAVOR_CACHE)
  expect(own).toMatchObject([{ id: key, name: 'sample', version: '1.2.3', path: root, state: 'ready', in_use: null }])
  const text = (await runInProcess(['workenv', 'list'], { environment })).stdout
  expect(text).toMatch(new RegExp(`^${key} .* used [0-9.]+ (ms|s|min) `, 'm'))
})
