import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

test('one is found by its id, and none is a failure that says what there is', async () => {
  const { environment, key, root } = await unpackedSample()
  const { stdout } = await runInProcess(['workenv', 'inspect', key, '--json'], { environment })
  const object = JSON.parse(stdout)
  expect(await undeclaredFields(object)).toEqual([])
  expect(object).toMatchObject({ type: 'workenv-inspect', id: key, path: root })
  const text = (await runInProcess(['workenv', 'inspect', key], { environment })).stdout
  expect(text).toContain(`path           ${root}\n`)
  expect(text).toContain('in use         no\n')
  const missing = await runInProcess(['workenv', 'inspect', 'no-such-work-environment', '--json'], { environment })
  expect(missing.exit).toBe(1)
  expect(JSON.parse(missing.stderr)).toMatchObject({ code: 'WORKENV_UNKNOWN' })
})
