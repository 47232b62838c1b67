import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodePrivateKeyPem } from '../../../src/crypto/keys.ts'
import { parseRotations } from '../../../src/trust/rotation.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { pipe } from '../../support/pipe.ts'
import { scratch } from '../../support/scratch.ts'
import { ALICE, BOB, pinLine } from '../../support/trust-place.ts'

test('trust §6 the statement on stdout is one that counts', async () => {
  const key = join(scratch(), 'old')
  writeFileSync(key, encodePrivateKeyPem(ALICE), { mode: 0o600 })
  const words = ['trust', 'rotate', pinLine(BOB, '*').trim(), '--private-key', key, '--name', 'a', '--name', 'b-*']
  const { stdout } = await runInProcess(words)
  expect(parseRotations(Buffer.from(stdout), 'x')).toEqual([
    { names: ['a', 'b-*'], oldKey: ALICE.publicKey, newKey: BOB.publicKey },
  ])
})

test('trust rotate -o writes over a file of statements, and never over a key', async () => {
  const directory = scratch()
  const [key, output] = [join(directory, 'old'), join(directory, 'statements')]
  writeFileSync(key, encodePrivateKeyPem(ALICE), { mode: 0o600 })
  const words = ['trust', 'rotate', pinLine(BOB, '*').trim(), '--private-key', key, '--name', 'a', '-o']
  for (const _ of ['new', 'again']) expect((await runInProcess([...words, output])).exit).toBe(0)
  expect((await runInProcess([...words, pipe()])).stderr).toContain('TRUST_FILE_WRITE')
  const refused = await runInProcess([...words, key])
  expect(refused).toMatchObject({ exit: 3, stderr: expect.stringContaining('ROTATION_INVALID') })
  expect(readFileSync(key, 'utf8')).toBe(encodePrivateKeyPem(ALICE))
})
