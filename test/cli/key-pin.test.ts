import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectKey } from '../../src/cli/key-pin.ts'
import { encodePublicKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { samplePlan, TEST_KEY, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('§1.3 a package is held to a key by file, by digits or by id', async () => {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')))
  const pkg = openPackage(path)
  const own = join(directory, 'own.pem')
  const foreign = join(directory, 'foreign.pem')
  writeFileSync(own, encodePublicKeyPem(TEST_KEY.publicKey))
  writeFileSync(foreign, encodePublicKeyPem(keyPairFromSeedText('foreign').publicKey))
  const hex = Buffer.from(TEST_KEY.publicKey).toString('hex')
  for (const pin of [own, hex, hex.toUpperCase(), '9cd6f6b4b6a956c1']) expectKey(pkg, pin)
  for (const pin of [foreign, `${hex.slice(0, -1)}0`, '9cd6f6b4b6a956c0']) {
    expect(() => expectKey(pkg, pin)).toThrow(code('KEY_UNEXPECTED'))
  }
  // Half of an id is not an id, but the name of a file.
  expect(() => expectKey(pkg, '9cd6f6b4')).toThrow(code('KEY_FILE'))
  pkg.close()
})
