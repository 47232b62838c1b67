import { refuseUndecodable } from '../codecs/chain.ts'
import { keyId } from '../crypto/key-id.ts'
import { checkSlotContent } from './extract.ts'
import { checkLauncher } from './launcher-coverage.ts'
import type { PackageFile } from './package-file.ts'
import { isEncrypted, type PackageSlot } from './package-slot.ts'
import { expectStored } from './slot-stream.ts'

/** Told how far a long step is; `done` and `total` are bytes. */
export interface Progress {
  readonly step: string
  readonly done: number
  readonly total: number
}
export type OnProgress = (progress: Progress) => void

export interface VerifyOptions {
  /** Also decode every slot and compare trees, file counts and lengths. */
  readonly deep?: boolean
  readonly onProgress?: OnProgress
}

/** What was checked. There is no report of a failure: that is thrown. */
export interface VerifyReport {
  readonly name: string
  readonly version: string
  readonly keyId: string
  /** Bytes of the file. */
  readonly size: number
  /** False for a foreign package that says nothing about its launcher (spec §9.2). */
  readonly launcherCovered: boolean
  readonly deep: boolean
  readonly slots: readonly VerifiedSlot[]
}

export interface VerifiedSlot {
  readonly index: number
  readonly id: string
  /** Stored bytes. */
  readonly size: number
  /** Present where its content can only be looked at with its key, as `deep` does. */
  readonly encrypted?: boolean
  /** With `deep` only: what the slot unpacks to. */
  readonly files?: number
  readonly bytes?: number
}

/**
 * Spec §9.1: hashes everything that is stored, launcher included; with `deep` also decodes. Opening has checked the rest. A chain
 * that nothing here can decode fails, because such a package cannot run.
 * @throws what `checkLauncher`, `expectStored` and `checkSlotContent` throw
 */
export async function verifyPackage(pkg: PackageFile, options: VerifyOptions = {}): Promise<VerifyReport> {
  const stored = pkg.slots.filter(slot => !slot.isSelf)
  for (const slot of stored)
    refuseUndecodable(slot.chain, `slot ${slot.index} (${slot.id})`, slot.metadata.key_source !== undefined)
  const count = counter(pkg, stored, options)
  const launcherCovered = checkLauncher(pkg, count('check launcher'))
  const slots: VerifiedSlot[] = []
  for (const slot of stored) {
    const onBytes = count(`check slot ${slot.index} (${slot.id})`)
    const encrypted = isEncrypted(slot) ? { encrypted: true } : {}
    const base = { index: slot.index, id: slot.id, size: Number(slot.descriptor.size), ...encrypted }
    if (options.deep) {
      const { files, bytes } = await checkSlotContent(pkg, slot, onBytes)
      slots.push({ ...base, files, bytes })
    } else {
      expectStored(pkg, slot, onBytes)
      slots.push(base)
    }
  }
  return {
    name: pkg.metadata.package.name,
    version: pkg.metadata.package.version,
    keyId: keyId(pkg.index.publicKey),
    size: pkg.size,
    launcherCovered,
    deep: options.deep ?? false,
    slots,
  }
}

/** One running total over launcher and slots, so that a time left can be told. */
function counter(pkg: PackageFile, slots: readonly PackageSlot[], options: VerifyOptions) {
  const launcher = pkg.layout.launcher.end - pkg.layout.launcher.start
  const total = slots.reduce((sum, slot) => sum + Number(slot.descriptor.size), launcher)
  let done = 0
  return (step: string) => (bytes: number) => {
    done += bytes
    options.onProgress?.({ step, done, total })
  }
}
