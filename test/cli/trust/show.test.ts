import { expect, test } from 'vitest'
import { readKeyArgument } from '../../../src/trust/key-argument.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { ALICE } from '../../support/trust-place.ts'

test('what is shown of a key is what `trust add` takes', async () => {
  const hex = Buffer.from(ALICE.publicKey).toString('hex')
  const { stdout } = await runInProcess(['trust', 'show', hex, '--name', 'a b', '--comment', 'me', '--json'])
  const [{ line }] = JSON.parse(stdout).keys
  expect(readKeyArgument(line)).toEqual([{ publicKey: ALICE.publicKey, names: ['a%20b'], comment: 'me' }])
})
