import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { verifyPackage } from '../../src/package/verify.ts'

const VECTORS = join(import.meta.dirname, '../../spec/vectors')
const PATTERNS = [0x01, 0x80, 0xff]
/** Some thirty thousand verifications each. */
const TIMEOUT = 600_000

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flavor-flips-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('§9.1 a single changed byte, at every offset, with three patterns', () => {
  test('our own package: open and verify refuse every one', { timeout: TIMEOUT }, async () => {
    expect(await acceptedFlips('own/several-slots', false)).toEqual([])
  })

  test('the Go builder’s: all but what its builder did not sign', { timeout: TIMEOUT }, async () => {
    // The launcher, of which verify says that nobody signed it; original_size, which only decoding can tell.
    const launcher = range(0, 17)
    const originalSizes = [632, 696].flatMap(descriptor => range(descriptor + 32, 8))
    expect(await acceptedFlips('reference/go', false)).toEqual([...launcher, ...originalSizes])
    expect(await acceptedFlips('reference/go', true, originalSizes)).toEqual([])
  })
})

function range(start: number, length: number): number[] {
  return Array.from({ length }, (_, at) => start + at)
}

/** Offsets, all or some, at which a changed byte is taken. */
async function acceptedFlips(name: string, deep: boolean, offsets?: readonly number[]): Promise<number[]> {
  const path = join(directory, `${name.replace('/', '-')}.psp`)
  copyFileSync(join(VECTORS, `${name}.psp`), path)
  const good = readFileSync(path)
  expect(await isAccepted(path, deep)).toBe(true)
  const accepted = new Set<number>()
  const fd = openSync(path, 'r+')
  try {
    for (const offset of offsets ?? good.keys()) {
      const byte = good.readUInt8(offset)
      for (const pattern of PATTERNS) {
        writeSync(fd, Uint8Array.of(byte ^ pattern), 0, 1, offset)
        if (await isAccepted(path, deep)) accepted.add(offset)
      }
      writeSync(fd, Uint8Array.of(byte), 0, 1, offset)
    }
  } finally {
    closeSync(fd)
  }
  expect(readFileSync(path).equals(good)).toBe(true)
  return [...accepted]
}

/** Every refusal is one of verification, with a code. */
async function isAccepted(path: string, deep: boolean): Promise<boolean> {
  try {
    const pkg = openPackage(path)
    try {
      await verifyPackage(pkg, { deep })
      return true
    } finally {
      pkg.close()
    }
  } catch (error) {
    if (!(error instanceof FlavorError) || error.row.exit !== 3) throw error
    return false
  }
}
