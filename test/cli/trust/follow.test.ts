import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyId } from '../../../src/crypto/key-id.ts'
import type { KeyPair } from '../../../src/crypto/keys.ts'
import { signRotation } from '../../../src/trust/rotation.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'
import { ALICE, BOB, CAROL, pinLine, writeTrust } from '../../support/trust-place.ts'

const [alice, bob] = [ALICE, BOB].map(({ publicKey }) => keyId(publicKey))

async function place(files: Record<string, string>, names: string[], old: KeyPair = ALICE) {
  const home = scratch()
  const trust = join(home, '.config/flavor/trust')
  writeTrust(trust, files)
  const file = join(home, 'statement')
  const statement = await signRotation(names, old, BOB.publicKey)
  writeFileSync(file, `${statement}\n`)
  const follow = (...words: string[]) => runInProcess(['trust', 'follow', ...words], { environment: { HOME: home } })
  const text = () => {
    const keys = readdirSync(trust)
      .filter(name => name.endsWith('.keys'))
      .sort()
    return keys.map(name => `${name}: ${readFileSync(join(trust, name), 'utf8')}`).join('')
  }
  return { home, file, statement, follow, text }
}

test('trust §6 a pin is moved when that is asked for: the old key goes, with its comment on the new one', async () => {
  const { file, follow, text } = await place({ 'for-a.keys': pinLine(ALICE, 'a', 'Alice') }, ['a'])
  const { exit, stdout } = await follow('--json', '-y', file)
  expect(exit).toBe(0)
  const moved = [{ from: alice, to: bob, names: ['a'] }]
  const removed = [{ key_id: alice, names: ['a'] }]
  expect(JSON.parse(stdout)).toEqual({ type: 'trust-follow', keyring: 'user', moved, removed })
  expect(text()).toBe(`for-a.keys: ${pinLine(BOB, 'a', 'Alice')}`)
})

test('trust §6 nothing is removed unasked, nor with --keep-old, nor for names of which nothing is said', async () => {
  const { file, follow, text } = await place({ 'all.keys': pinLine(ALICE, 'a,b*') }, ['a'])
  const before = text()
  expect((await follow(file)).exit).not.toBe(0)
  expect(text()).toBe(before)
  expect((await follow('--keep-old', file)).exit).toBe(0)
  expect(text()).toBe(`${before}for-a.keys: ${pinLine(BOB, 'a')}`)
  expect((await follow('-y', file)).exit).toBe(0)
  expect(text()).toBe(`all.keys: ${pinLine(ALICE, 'b*')}for-a.keys: ${pinLine(BOB, 'a')}`)
})

test('trust §6 a statement of a package counts, one of a key that is not pinned does not', async () => {
  const { home, file, statement, follow, text } = await place({ 'for-sample.keys': pinLine(ALICE, 'sample') }, ['*'])
  const plan = { ...samplePlan(join(home, 'plan')), rotations: [statement] }
  const { path } = await writeSample(home, plan, { key: BOB })
  expect((await follow('-y', path)).exit).toBe(0)
  expect(text()).toBe(`for-sample.keys: ${pinLine(BOB, 'sample')}`)
  expect((await follow('-y', path)).stderr).toContain('error[NOTHING_THERE]')
  expect((await follow('-y', join(home, 'none'))).stderr).toContain('error[TRUST_FILE_READ]')
  writeFileSync(file, `${await signRotation(['*'], CAROL, ALICE.publicKey)}\n`)
  expect((await follow('-y', file)).stderr).toContain('error[NOTHING_THERE]')
  writeFileSync(file, statement.replace(' * ', ' a '))
  expect((await follow('-y', file)).stderr).toContain('error[ROTATION_INVALID]')
  expect(existsSync(join(home, '.config/flavor/trust/all.keys'))).toBe(false)
})
