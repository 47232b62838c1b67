import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeChain } from '../../src/codecs/chain.ts'
import { OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import { describeEncoded, describeEncodedFile, encodeSlot } from '../../src/package/encoded-slot.ts'
import { describeTree } from '../../src/package/planned-content.ts'
import { sampleTree, TEST_TIMESTAMP } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const options = { where: 'slot 0', chain: [OP_TAR, OP_ZSTD], effort: 'fast' as const, mtime: TEST_TIMESTAMP }

async function sampleContent() {
  const { content } = sampleTree()
  if (content.kind !== 'tree') throw new Error('the sample is a tree')
  return describeTree('slot 0', content.entries)
}

test('§6.3 what encoding says of a tree is what describing the encoded bytes finds', async () => {
  const path = join(scratch(), 'out')
  const encoded = await encodeSlot(await sampleContent(), path, options)
  const { listing: _, ...described } = await describeEncoded(path, options)
  expect(described).toEqual(encoded)
  expect(encoded.files).toBe(3)
})

test('an existing file is not written over', async () => {
  const path = join(scratch(), 'out')
  writeFileSync(path, 'mine')
  await expect(encodeSlot(await sampleContent(), path, options)).rejects.toMatchObject({ code: 'OUTPUT_WRITE' })
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test('§3.4 the original size is the length of the decoded stream', async () => {
  const path = join(scratch(), 'out')
  const { originalSize } = await encodeSlot(await sampleContent(), path, options)
  let total = 0
  for await (const bytes of decodeChain([readFileSync(path)], options.chain, { where: '', maxBytes: 1e6 }))
    total += bytes.length
  expect(originalSize).toBe(total)
})

test('a single file that is already encoded is described by its plain bytes', async () => {
  const path = join(scratch(), 'f.zst')
  writeFileSync(path, zstdCompressSync('twelve bytes'))
  const described = await describeEncodedFile(path, 'f', 0o755, { ...options, chain: [OP_ZSTD] })
  expect(described).toMatchObject({ originalSize: 12, files: 1, bytes: 12 })
})
