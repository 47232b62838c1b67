/** What the verbs do, as a library: values in, values or a FlavorError out. Nothing here prints or ends the process. */

export { BUILDER_CODES, type BuilderCode, BuilderError } from './builders/builder-error.ts'
export { type PackedProject, pack } from './builders/pack.ts'
export type { PackOptions } from './builders/pack-options.ts'
export type { KeyChoice } from './builders/signing-key.ts'
export { CODEC_CODES, type CodecCode, CodecError } from './codecs/codec-error.ts'
export * from './crypto/keys.ts'
export { type CodeRow, type CodeTable, type ErrorDetail, FlavorError } from './format/flavor-error.ts'
export { FORMAT_CODES, type FormatCode, FormatError } from './format/format-error.ts'
export { type ExtractedSlot, type ExtractOptions, extractSlot } from './package/extract.ts'
export { PACKAGE_CODES, type PackageCode, PackageError } from './package/package-error.ts'
export { type OpenOptions, openPackage, type PackageFile } from './package/package-file.ts'
export type { PackagePlan, PlannedSlot, SlotContent } from './package/package-plan.ts'
export type { PackageSlot } from './package/package-slot.ts'
export { decodeSlot, readSlot } from './package/slot-stream.ts'
export type { TreeEntry } from './package/tree-entry.ts'
export { type UnpackedSlot, type UnpackOptions, unpackPackage, unpackSlot } from './package/unpack.ts'
export {
  type OnProgress,
  type Progress,
  type VerifiedSlot,
  type VerifyOptions,
  type VerifyReport,
  verifyPackage,
} from './package/verify.ts'
export { verify } from './package/verify-file.ts'
export { type WriteOptions, type WrittenPackage, type WrittenSlot, writePackage } from './package/writer.ts'
export { TRUST_CODES, type TrustCode, TrustError } from './trust/trust-error.ts'
export { VERSION } from './version.ts'
