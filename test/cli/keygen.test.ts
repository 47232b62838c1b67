import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPrivateKeyFile } from '../../src/crypto/key-file.ts'
import { parsePrivateKey } from '../../src/crypto/keys.ts'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { scratch } from '../support/scratch.ts'

cliScript('keygen')

test('two keys are never the same, and are PKCS#8 (119 bytes) and SPKI (113 bytes)', async () => {
  const directory = scratch()
  const made = []
  for (const name of ['one', 'two']) {
    const out = join(directory, name)
    const { exit, stdout, stderr } = await runInProcess(['keygen', '--out-dir', out, '--json'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(readFileSync(join(out, 'flavor-private.key'))).toHaveLength(119)
    expect(readFileSync(join(out, 'flavor-public.key'))).toHaveLength(113)
    expect(readPrivateKeyFile(join(out, 'flavor-private.key')).seed).toHaveLength(32)
    made.push(JSON.parse(stdout).key_id)
  }
  expect(made[0]).not.toBe(made[1])
})

test.runIf(process.platform === 'linux')('--out-dir below /proc is refused, and does not hang', async () => {
  const { exit, stderr } = await runInProcess(['keygen', '--out-dir', '/proc/flavor/keys'])
  expect(exit).toBe(1)
  expect(stderr).toContain('error[SYSTEM]: /proc/flavor: the file system of /proc lets nobody make a directory there\n')
})

test('a new passphrase is asked for twice, and nothing is written unless both are the same', async () => {
  const directory = scratch()
  const words = ['keygen', '--out-dir', join(directory, 'keys'), '--passphrase']
  for (const answers of [['first', 'second'], [''], ['first', '']]) {
    expect(await runInProcess(words, { answers })).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringContaining('error[KEY_PASSPHRASE]'),
    })
  }
  expect(readdirSync(directory)).toEqual([])
  expect(await runInProcess(words, { answers: ['first', 'first'] })).toMatchObject({ exit: 0 })
  const pem = readFileSync(join(directory, 'keys/flavor-private.key'))
  expect(parsePrivateKey(pem, 'key', 'first').seed).toHaveLength(32)
})
