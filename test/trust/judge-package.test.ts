import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgePackage, type TrustQuestion } from '../../src/trust/judge-package.ts'
import { remember } from '../../src/trust/memory.ts'
import { changeMemory, readMemory } from '../../src/trust/memory-file.ts'
import { ALICE, BOB, pinLine, trustPlace } from '../support/trust-place.ts'

const pkg = { path: 'x', name: 'app', version: '1', publicKey: ALICE.publicKey }
const asked = (question: Partial<TrustQuestion> & Pick<TrustQuestion, 'places'>): TrustQuestion => ({
  ...{ policy: 'tofu', rotations: [], namedKeys: [], signatures: [], now: 0 },
  ...question,
})

test('trust §4 nothing is remembered before it is asked for, and then the highest', async () => {
  const place = trustPlace()
  const judged = judgePackage(pkg, asked({ places: [place] }))
  expect(readMemory(place)).toEqual([])
  await judged.remember()
  expect(readMemory(place)).toMatchObject([{ name: 'app', version: '1', isCurrent: true }])
  expect(judgePackage(pkg, asked({ places: [place] })).seen).toBe('same')
})

test('trust §4 an open policy reads no memory and writes none', async () => {
  const place = trustPlace({ seen: 'damaged' })
  await judgePackage(pkg, asked({ places: [place], policy: 'open' })).remember()
  expect(() => judgePackage(pkg, asked({ places: [place] }))).toThrow(expect.objectContaining({ code: 'TRUST_LINE' }))
})

test('trust §5.1 a policy with a memory does not pass where there is no place for one, as without HOME', async () => {
  const user = trustPlace()
  const system = { ...user, keyring: 'system' as const }
  for (const policy of ['tofu', 'pinned'] as const) {
    expect(() => judgePackage(pkg, asked({ places: [system], policy }))).toThrow(
      expect.objectContaining({ code: 'TRUST_FILE_READ' }),
    )
  }
  await judgePackage(pkg, asked({ places: [system], policy: 'open' })).remember()
})

test('trust §4 what somebody else remembered meanwhile counts', async () => {
  const place = trustPlace()
  const judged = judgePackage(pkg, asked({ places: [place] }))
  await changeMemory(place, memory => remember(memory, { name: 'app', version: '1', publicKey: BOB.publicKey }))
  await expect(judged.remember()).rejects.toMatchObject({ code: 'KEY_CHANGED' })
})

test('trust §2.1 the keyring of a project is one more', () => {
  const project = {
    keyring: 'project',
    where: 'pyproject.toml',
    lines: [{ publicKey: BOB.publicKey, names: ['*'], comment: '' }],
  } as const
  const place = trustPlace({ 'all.keys': pinLine(ALICE, 'app') })
  expect(judgePackage(pkg, asked({ places: [place] })).pinnedBy).toEqual(['user'])
  expect(() => judgePackage(pkg, asked({ places: [place], project }))).toThrow(
    expect.objectContaining({ code: 'KEY_UNTRUSTED' }),
  )
})

test('trust §2.5 unsafe keyrings are refused at every policy', () => {
  const place = trustPlace({ 'all.keys': '' })
  chmodSync(join(place.path, 'all.keys'), 0o666)
  for (const policy of ['open', 'tofu', 'pinned'] as const) {
    expect(() => judgePackage(pkg, asked({ places: [place], policy }))).toThrow(
      expect.objectContaining({ code: 'TRUST_FILE_UNSAFE' }),
    )
  }
})
