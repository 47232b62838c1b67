import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashOfFile, judge, type TrustWishes } from '../../src/cli/trust-wishes.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { formatDetached, signDetached } from '../../src/trust/detached-signature.ts'
import { signRotation } from '../../src/trust/rotation.ts'
import { samplePlan, TEST_KEY, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { ALICE, BOB, pinLine } from '../support/trust-place.ts'

const NO_WISHES: TrustWishes = {
  ...{ key: [], policy: undefined, manifest: undefined, signature: [], threshold: undefined, rotation: [] },
}

async function judged(wishes: Partial<TrustWishes>, directory = scratch(), key = TEST_KEY, changes = {}) {
  const { path } = await writeSample(directory, { ...samplePlan(join(directory, 'plan')), ...changes }, { key })
  const pkg = openPackage(path)
  const warnings: string[] = []
  try {
    const io = { environment: { HOME: directory }, warn: (text: string) => warnings.push(text) }
    const found = await judge(pkg, { ...NO_WISHES, ...wishes }, io)
    await found.remember()
    return { ...found, warnings }
  } finally {
    pkg.close()
  }
}

const file = (directory: string, name: string, text: string) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

test('trust §7.2 the policy, the threshold and the keys of a manifest count where no flag says otherwise', async () => {
  const directory = scratch()
  const keys = [pinLine(TEST_KEY, 'sample'), pinLine(ALICE, '*')].map(line => JSON.stringify(line.trim()))
  const manifest = file(
    directory,
    'p.toml',
    `[tool.flavor.trust]\npolicy = "pinned"\nthreshold = 2\nkeys = [${keys}]\n`,
  )
  await expect(judged({ manifest }, directory)).rejects.toMatchObject({ code: 'THRESHOLD_MISSED' })
  expect(await judged({ manifest, threshold: 1 }, directory)).toMatchObject({ policy: 'pinned', pinnedBy: ['project'] })
  expect(await judged({ manifest, threshold: 1, policy: 'open' }, directory)).toMatchObject({ policy: 'open' })
})

test('trust §2.1 a manifest that says nothing of trust does not pass for a keyring that allows everything', async () => {
  const directory = scratch()
  for (const text of ['', '[tool.flavor.trsut]\nthreshold = 2\n']) {
    const manifest = file(directory, 'p.toml', text)
    await expect(judged({ manifest }, directory)).rejects.toMatchObject({ code: 'MANIFEST_MISSING' })
  }
})

test('trust §7.1 detached signatures are of the file that is open', async () => {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')))
  const pkg = openPackage(path)
  const hash = hashOfFile(pkg)
  pkg.close()
  expect(hash).toBe(sha256Hex(readFileSync(path)))
  const signature = [file(directory, 'sig', formatDetached(await signDetached(hash, ALICE)))]
  expect((await judged({ signature }, directory)).signers).toEqual([TEST_KEY.publicKey, ALICE.publicKey])
})

test('trust §6 statements come with the package, or with the caller', async () => {
  const directory = scratch()
  await judged({ policy: 'tofu' }, directory, ALICE)
  await expect(judged({ policy: 'tofu' }, directory, BOB)).rejects.toMatchObject({ code: 'KEY_CHANGED' })
  const statement = await signRotation(['sample'], ALICE, BOB.publicKey)
  const rotation = [file(directory, 'rotation', statement)]
  const newer = { package: { name: 'sample', version: '1.2.2' } }
  expect(await judged({ policy: 'tofu', rotation }, directory, BOB)).toMatchObject({ seen: 'rotation' })
  expect((await judged({ policy: 'tofu' }, directory, BOB, newer)).warnings).toEqual([
    'sample 1.2.2 is older than 1.2.3, which was seen before',
  ])
  const carried = scratch()
  await judged({ policy: 'tofu' }, carried, ALICE)
  expect(await judged({ policy: 'tofu' }, carried, BOB, { rotations: [statement] })).toMatchObject({ seen: 'rotation' })
  await expect(judged({}, carried, BOB, { rotations: ['x'] })).rejects.toMatchObject({ code: 'ROTATION_INVALID' })
})

test('trust §8 a package that is past its time is refused at every policy', async () => {
  for (const policy of ['open', 'tofu', 'pinned'] as const) {
    await expect(judged({ policy }, scratch(), TEST_KEY, { expires: 1 })).rejects.toMatchObject({
      code: 'PACKAGE_EXPIRED',
    })
  }
})
