import { createPublicKey, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatChecksums, writeChecksums } from '../../../scripts/releases/checksums.ts'
import { SPKI_PREFIX } from '../../../src/crypto/ed25519.ts'
import { TEST_KEY } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

test('the checksums are those of sha256sum, sorted, and signed so that openssl can check them', async () => {
  const directory = scratch()
  const paths = ['b', 'a'].map(name => join(directory, name))
  for (const path of paths) writeFileSync(path, '')
  const [sums = '', signature = ''] = await writeChecksums(paths, directory, TEST_KEY)
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(readFileSync(sums, 'utf8')).toBe(`${empty}  a\n${empty}  b\n`)
  const der = Buffer.concat([SPKI_PREFIX, TEST_KEY.publicKey])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  expect(verify(null, readFileSync(sums), key, readFileSync(signature))).toBe(true)
  expect(formatChecksums([])).toBe('')
})
