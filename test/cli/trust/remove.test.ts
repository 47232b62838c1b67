import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyId } from '../../../src/crypto/key-id.ts'
import { formatMemory } from '../../../src/trust/memory.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { scratch } from '../../support/scratch.ts'
import { ALICE, BOB, pinLine, writeTrust } from '../../support/trust-place.ts'

const seen = (name: string, key: typeof ALICE, isCurrent: boolean) => {
  return { name, publicKey: key.publicKey, version: '1', isCurrent }
}

test('trust §5.1 with the current key of a name its former ones are forgotten, other names stay', async () => {
  const home = scratch()
  const place = join(home, '.config/flavor/trust')
  const memory = [seen('a', ALICE, true), seen('a', BOB, false), seen('b', BOB, true)]
  writeTrust(place, { seen: formatMemory(memory), 'all.keys': pinLine(ALICE, '*') })
  const words = ['trust', 'remove', keyId(ALICE.publicKey), '--json', '--yes']
  const { exit, stdout } = await runInProcess(words, { environment: { HOME: home } })
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ keys: [{ file: join(place, 'all.keys') }], forgotten: ['a'] })
  expect(readFileSync(join(place, 'seen'), 'utf8')).toBe(formatMemory([seen('b', BOB, true)]))
})
