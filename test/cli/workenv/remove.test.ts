import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

test('it is removed after asking, and stays where nobody can be asked', async () => {
  const { environment, key, root } = await unpackedSample()
  expect((await runInProcess(['workenv', 'remove', key], { environment })).exit).toBe(2)
  expect((await runInProcess(['workenv', 'remove', key], { environment, answers: ['n'] })).exit).toBe(1)
  const planned = await runInProcess(['workenv', 'remove', '-n', key], { environment })
  expect(planned).toMatchObject({ exit: 0, stdout: expect.stringContaining(`would remove ${key}, `) })
  expect(existsSync(root)).toBe(true)
  const { exit, stdout } = await runInProcess(['workenv', 'remove', '-y', '--json', key], { environment })
  expect(exit).toBe(0)
  expect(await undeclaredFields(JSON.parse(stdout))).toEqual([])
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'workenv', id: key })
  expect(existsSync(root)).toBe(false)
})
