import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkProjectTrust, rotationsFor } from '../../src/builders/trusted-signer.ts'
import type { Project } from '../../src/manifest/project.ts'
import { signRotation } from '../../src/trust/rotation.ts'
import { scratch } from '../support/scratch.ts'
import { ALICE, BOB, CAROL, pinLine } from '../support/trust-place.ts'

const project = (trustedKeys?: string[]) =>
  ({ name: 'app', manifest: 'p.toml', ...(trustedKeys && { trustedKeys }) }) as unknown as Project

test('trust §9 a project that says whose keys sign it is packed with none other', () => {
  const keys = [pinLine(ALICE, 'app').trim(), pinLine(BOB, 'other').trim()]
  checkProjectTrust(project(), 'x', BOB.publicKey)
  checkProjectTrust(project(keys), 'x', ALICE.publicKey)
  checkProjectTrust(project(keys.slice(1)), 'x', CAROL.publicKey)
  expect(() => checkProjectTrust(project(keys), 'x', BOB.publicKey)).toThrow(
    expect.objectContaining({ code: 'KEY_UNTRUSTED' }),
  )
})

test('trust §6 a package carries statements that lead to its key', async () => {
  const path = join(scratch(), 'rotation')
  const [first, second] = [
    await signRotation(['a*'], ALICE, BOB.publicKey),
    await signRotation(['app'], BOB, CAROL.publicKey),
  ]
  writeFileSync(path, `# why\n${first} x\n${second}\n`)
  expect(rotationsFor('app', CAROL.publicKey, [path])).toEqual([first, second])
  expect(rotationsFor('app', CAROL.publicKey, [])).toEqual([])
  for (const [name, key] of [
    ['app', ALICE],
    ['ape', CAROL],
  ] as const) {
    expect(() => rotationsFor(name, key.publicKey, [path])).toThrow(
      expect.objectContaining({ code: 'ROTATION_INVALID' }),
    )
  }
})
