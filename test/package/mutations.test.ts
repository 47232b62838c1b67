import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tar } from '../../scripts/vectors/archive.ts'
import { assemble, type PackageHooks } from '../../scripts/vectors/assembler.ts'
import { fileSlot, type SlotPart, selfSlot, treeSlot } from '../../scripts/vectors/slots.ts'
import { gzip, zstd } from '../../scripts/vectors/streams.ts'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { extractSlot } from '../../src/package/extract.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { verifyPackage } from '../../src/package/verify.ts'

/**
 * Random changes in one part of a package, with everything that is taken over it made anew: checksums, hashes and the signature
 * hold, so that the parsers behind them see what an attacker with a key could make them see.
 */
const ENTRIES = [
  { path: 'bin', type: '5' },
  { path: 'bin/app', mode: 0o755, body: 'x'.repeat(700) },
  { path: 'l', type: '2', link: 'bin/app' },
  { path: 'h', type: '1', link: 'bin/app' },
]
const APP = treeSlot('app', '{workenv}', ENTRIES, 'tgz')
const SLOTS = [APP, fileSlot('tool', 'tool', 'text', 'zstd'), selfSlot('self')]

type Edits = readonly (readonly [offset: number, value: number])[]
const edits = (length: number): fc.Arbitrary<Edits> =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255))), {
    minLength: 1,
    maxLength: 4,
  })

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flavor-mutations-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the property, and asserts that the changes reached more than one check, or as many as `least` says. */
async function check(
  name: string,
  length: number,
  hooks: (change: Edits) => PackageHooks & { slots?: SlotPart[] },
  least = 2,
) {
  const untouched = join(directory, `${name}-untouched.psp`)
  writeFileSync(untouched, assemble(SLOTS).file)
  expect(await fateOf(untouched)).toBe('accepted')
  const codes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(edits(length), async change => {
      const made = hooks(change)
      const path = join(directory, `${name}.psp`)
      writeFileSync(path, assemble(made.slots ?? SLOTS, made).file)
      codes.add(await fateOf(path))
    }),
    { numRuns: 200 },
  )
  expect(codes.size, [...codes].join(' ')).toBeGreaterThanOrEqual(least)
}

test('§2.2 an index with a right checksum', async () => {
  await check('index', 870, change => ({ editIndex: bytes => apply(bytes, change) }))
})

test('§3.1 descriptors', async () => {
  await check('descriptor', 64, change => ({ editDescriptor: (bytes, slot) => slot < 2 && apply(bytes, change) }))
})

test('§5.2 metadata that is signed', async () => {
  const length = assemble(SLOTS).json.length
  await check('metadata', length, change => ({
    editText: text => {
      const bytes = Buffer.from(text)
      apply(bytes, change)
      return bytes
    },
  }))
})

test('§5.1 metadata as stored, hashed anew', async () => {
  const length = gzip(assemble(SLOTS).json).length
  const hooks = (change: Edits): PackageHooks => ({
    store: json => {
      const bytes = gzip(json)
      apply(bytes, change)
      return bytes
    },
  })
  // A checksum covers all of it: seldom does anything but the decoder see a change.
  await check('stored', length, hooks, 1)
})

test('§4.5 archives whose hashes hold', async () => {
  const archive = tar(ENTRIES)
  await check('archive', archive.length - 1024, change => {
    const bytes = Buffer.from(archive)
    apply(bytes, change)
    for (let at = 0; at + 512 <= bytes.length; at += 512) resum(bytes.subarray(at, at + 512))
    return { slots: [treeSlot('app', '{workenv}', ENTRIES, 'tgz', { archive: bytes })] }
  })
})

test('§4.4 zstd frames whose hashes hold', async () => {
  const frame = zstd(Buffer.from('hello hello hello\n'.repeat(20)))
  await check('zstd', frame.length, change => {
    const stored = Buffer.from(frame)
    apply(stored, change)
    return { slots: [fileSlot('app', 'app', 'hello hello hello\n'.repeat(20), 'zstd', { stored })] }
  })
})

function apply(bytes: Buffer, change: Edits): void {
  for (const [offset, value] of change) bytes[offset] = value
}

/** Makes the checksum of a tar header right, if it is one. */
function resum(block: Buffer): void {
  if (block.toString('latin1', 257, 262) !== 'ustar') return
  block.fill(' ', 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
}

/** The code of the refusal, or `accepted`; everything else that is thrown fails the test. */
async function fateOf(path: string): Promise<string> {
  const root = mkdtempSync(join(directory, 'root-'))
  try {
    const pkg = openPackage(path)
    try {
      await verifyPackage(pkg, { deep: true })
      for (const slot of pkg.slots.filter(one => !one.isSelf)) await extractSlot(pkg, slot, root)
      return 'accepted'
    } finally {
      pkg.close()
    }
  } catch (error) {
    if (!(error instanceof FlavorError)) throw error
    expect(error.message).toMatch(/\(spec §/)
    return error.code
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
