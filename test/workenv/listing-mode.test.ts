import { expect, test } from 'vitest'
import { OP_AES256_GCM, OP_TAR } from '../../src/format/operations.ts'
import type { PackageFile } from '../../src/package/package-file.ts'
import type { Site } from '../../src/workenv/find-workenv.ts'
import { listingFileMode } from '../../src/workenv/listing-mode.ts'

test('§4.7 listings of what was encrypted are for the owner alone, in a base for all users too', () => {
  const site = { base: { fileMode: 0o644 } } as unknown as Site
  const pkg = (...chains: number[][]) => ({ slots: chains.map(chain => ({ chain })) }) as unknown as PackageFile
  expect(listingFileMode(pkg([OP_TAR], []), site)).toBe(0o644)
  expect(listingFileMode(pkg([OP_TAR], [OP_TAR, OP_AES256_GCM]), site)).toBe(0o600)
})
