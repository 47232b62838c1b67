import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

test('what is damaged is put right from the package, and without it that fails', async () => {
  const { environment, directory, key, root } = await unpackedSample()
  const repair = (...flags: string[]) => runInProcess(['workenv', 'repair', key, ...flags], { environment })
  expect(await repair()).toMatchObject({
    exit: 0,
    stdout: `whole     ${key}\n0 repaired, 1 without damage, 0 failed\n`,
  })
  const file = join(root, 'bin/run')
  const before = readFileSync(file, 'utf8')
  rmSync(file)
  renameSync(join(directory, 'app.psp'), join(directory, 'moved.psp'))
  const failed = await repair()
  expect(failed.stdout).toMatch(/^failed {4}.*--package names another copy of it\n/)
  expect(failed.exit).toBe(1)
  const done = await repair('--package', join(directory, 'moved.psp'), '--json')
  const object = JSON.parse(done.stdout)
  expect(await undeclaredFields(object)).toEqual([])
  expect(object).toMatchObject({
    repaired: 1,
    failed: 0,
    workenvs: [{ outcome: 'repaired', damage: [{ path: file }] }],
  })
  expect(readFileSync(file, 'utf8')).toBe(before)
})
