import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

test('whole is 0, damaged is 3, and what cannot be compared is 1', async () => {
  const { environment, directory, key, root } = await unpackedSample()
  const verify = (...flags: string[]) => runInProcess(['workenv', 'verify', key, ...flags], { environment })
  expect(await verify()).toEqual({ exit: 0, stdout: `whole      ${key}\n1 whole, 0 damaged\n`, stderr: '' })
  writeFileSync(join(root, 'bin/mine'), '')
  expect((await verify()).stdout).toContain(`${key}  1 entry that nobody signed\n`)
  expect(await verify('--strict')).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining(`  ${join(root, 'bin/mine')}\n`),
  })
  chmodSync(join(root, 'bin/run'), 0o777)
  const damaged = await verify()
  expect(damaged).toMatchObject({ exit: 3, stderr: 'flavor: `flavor workenv repair` puts right what it can\n' })
  expect(damaged.stdout).toContain(`  ${join(root, 'bin/run')}: has another mode\n`)
  const object = JSON.parse((await verify('--json')).stdout)
  expect(await undeclaredFields(object)).toEqual([])
  expect(object).toMatchObject({ whole: 0, damaged: 1, unchecked: 0, workenvs: [{ id: key, state: 'damaged' }] })
  chmodSync(join(root, 'bin/run'), 0o555)
  renameSync(join(directory, 'app.psp'), join(directory, 'moved.psp'))
  expect(await verify()).toMatchObject({ exit: 1, stdout: expect.stringContaining('unchecked') })
  expect(await verify('--package', join(directory, 'moved.psp'))).toMatchObject({ exit: 0 })
  rmSync(join(directory, 'moved.psp'))
  expect(await verify('--package', join(directory, 'moved.psp'))).toMatchObject({ exit: 1, stdout: '' })
})
