import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyId } from '../../src/crypto/key-id.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { formatOperations } from '../../src/format/operations.ts'
import { parseListing } from '../../src/format/tree-listing.ts'
import { extractSlot } from '../../src/package/extract.ts'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import type { PackageSlot } from '../../src/package/package-slot.ts'
import { decodeSlot } from '../../src/package/slot-stream.ts'
import { verifyPackage } from '../../src/package/verify.ts'
import type { Level, LoadedVector } from './vectors.ts'

/**
 * Takes a package through the steps of spec §9.1 one after the other. `reached` is told each step before it is taken, so that it
 * names the one that refused.
 */
export async function readPackageVector(
  vector: LoadedVector,
  reached: (level: Level) => void,
): Promise<Readonly<Record<string, unknown>>> {
  reached('open')
  const pkg = openPackage(vector.path ?? '')
  try {
    reached('verify')
    const report = await verifyPackage(pkg)
    reached('deep')
    await verifyPackage(pkg, { deep: true })
    reached('extract')
    const slots = await extractAll(pkg)
    return {
      name: pkg.metadata.package.name,
      version: pkg.metadata.package.version,
      key_id: keyId(pkg.index.publicKey),
      content_hash: pkg.contentHash,
      launcher_size: Number(pkg.index.launcherSize),
      launcher_covered: report.launcherCovered,
      slots,
    }
  } finally {
    pkg.close()
  }
}

async function extractAll(pkg: PackageFile): Promise<unknown[]> {
  const root = mkdtempSync(join(tmpdir(), 'flavor-vector-'))
  try {
    const slots: unknown[] = []
    for (const slot of pkg.slots) slots.push(await describe(pkg, slot, root))
    return slots
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function describe(pkg: PackageFile, slot: PackageSlot, root: string): Promise<unknown> {
  const stated = pkg.metadata.slots[slot.index]
  const head = {
    id: slot.id,
    target: slot.target,
    purpose: slot.purpose,
    lifecycle: slot.lifecycle,
    operations: stated?.operations,
    is_self: slot.isSelf,
    ...(slot.isOrigin ? { is_origin: true } : {}),
    offset: Number(slot.descriptor.offset),
    size: Number(slot.descriptor.size),
  }
  if (slot.isSelf) return head
  const chunks: Uint8Array[] = []
  for await (const bytes of decodeSlot(pkg, slot)) chunks.push(bytes)
  const decoded = Buffer.concat(chunks)
  const { listing, tree, files, bytes } = await extractSlot(pkg, slot, root, { readOnly: true })
  return {
    ...head,
    operations: stated?.operations ?? formatOperations(slot.chain),
    decoded_size: decoded.length,
    decoded_sha256: sha256Hex(decoded),
    listing: parseListing(listing).map(entry => {
      const mode = entry.mode.toString(8).padStart(4, '0')
      return `${entry.type} ${mode} ${entry.size} ${entry.sha256} ${entry.path}`
    }),
    tree,
    files,
    bytes,
  }
}
