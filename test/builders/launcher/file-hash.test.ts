import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashFile } from '../../../src/builders/launcher/file-hash.ts'
import { sha256Hex } from '../../../src/crypto/sha256.ts'
import { scratch } from '../../support/scratch.ts'

test('hashes files of any length', () => {
  for (const size of [0, 1, 3 * 1024 * 1024 + 5]) {
    const bytes = Buffer.alloc(size, 'x')
    const path = join(scratch(), 'file')
    writeFileSync(path, bytes)
    expect(hashFile(path)).toEqual({ size, sha256: sha256Hex(bytes) })
  }
})
