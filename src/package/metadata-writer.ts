import { versions } from 'node:process'
import { keyId } from '../crypto/key-id.ts'
import type { MetadataInput } from '../format/metadata.ts'
import { formatOperations } from '../format/operations.ts'
import { VERSION } from '../version.ts'
import type { EncodedSlot } from './encoded-slot.ts'
import type { PackagePlan, PlannedSlot } from './package-plan.ts'

export interface MetadataContext {
  readonly publicKey: Uint8Array
  readonly ephemeral: boolean
  readonly testKey: boolean
  /** Seconds since 1970. */
  readonly timestamp: number
  /** Ids of the slots that say where the package came from (spec §5.8). */
  readonly origin?: { readonly sbom?: string; readonly provenance?: string }
  readonly launcher: {
    readonly tool: string
    readonly toolVersion: string
    readonly size: number
    readonly checksum: string
  }
}

/** Spec §5.3: the JSON that is signed, keys in the order of the spec. Nothing in it depends on the machine or the clock. */
export function writeMetadata(
  plan: PackagePlan,
  slots: readonly (EncodedSlot | undefined)[],
  context: MetadataContext,
): Uint8Array {
  return Buffer.from(JSON.stringify(describe(plan, slots, context), null, 2))
}

function describe(
  plan: PackagePlan,
  slots: readonly (EncodedSlot | undefined)[],
  context: MetadataContext,
): MetadataInput {
  const { launcher } = context
  return {
    format: 'PSPF/2025',
    format_version: '1.0.0',
    package: { name: plan.package.name, version: plan.package.version, description: plan.package.description ?? '' },
    slots: plan.slots.map((slot, position) => describeSlot(slot, position, slots[position])),
    execution: describeExecution(plan.execution),
    ...(plan.derived && plan.derived.length > 0 ? { derived: [...plan.derived] } : {}),
    verification: {
      ...{ integrity_seal: { required: true, algorithm: 'ed25519' }, signed: true, require_verification: true },
      ...(plan.minimumLevel === undefined ? {} : { minimum_level: plan.minimumLevel }),
    },
    build: {
      tool: 'flavor',
      tool_version: VERSION,
      timestamp: new Date(context.timestamp * 1000).toISOString().replace('.000Z', 'Z'),
      deterministic: true,
      ...{ platform: describePlatform(plan), node: versions.node, zstd: versions.zstd },
    },
    launcher: {
      tool: launcher.tool,
      tool_version: launcher.toolVersion,
      size: launcher.size,
      checksum: `sha256:${launcher.checksum}`,
      ...{ capabilities: ['signed'] },
    },
    ...{ compatibility: { min_format_version: '1.0.0', features: [] } },
    ...(plan.cacheValidation ? { cache_validation: plan.cacheValidation } : {}),
    ...(plan.runtimeEnv ? { runtime: { env: plan.runtimeEnv } } : {}),
    ...(plan.workenv ? { workenv: plan.workenv } : {}),
    setup_commands: [...(plan.setupCommands ?? [])],
    ...(plan.platforms ? { platforms: [...plan.platforms] } : {}),
    key_id: keyId(context.publicKey),
    ...(context.ephemeral ? { ephemeral: true } : {}),
    ...(context.testKey ? { test_key: true } : {}),
    ...(plan.expires === undefined ? {} : { expires: plan.expires }),
    ...(plan.rotations && plan.rotations.length > 0 ? { rotations: [...plan.rotations] } : {}),
    ...context.origin,
  }
}

function describeSlot(
  slot: PlannedSlot,
  position: number,
  encoded: EncodedSlot | undefined,
): MetadataInput['slots'][number] {
  return {
    slot: position,
    id: slot.id,
    source: slot.source,
    target: slot.target,
    size: encoded?.size ?? 0,
    checksum: encoded === undefined ? '' : `sha256:${encoded.checksum}`,
    operations: formatOperations(slot.operations),
    purpose: slot.purpose,
    lifecycle: slot.lifecycle,
    resolution: 'build',
    permissions: (slot.permissions ?? 0).toString(8).padStart(4, '0'),
    ...(slot.content.kind === 'self' ? { self_ref: true } : {}),
    ...(encoded === undefined ? {} : describeEncoded(encoded, slot.keySource !== undefined)),
    ...(slot.share ? { share: true } : {}),
    ...(slot.platform === undefined ? {} : { platform: slot.platform }),
    ...(slot.keySource === undefined ? {} : { key_source: slot.keySource }),
  }
}

/** Spec §4.7: a hash of the content would let everybody guess what was encrypted. */
function describeEncoded(encoded: EncodedSlot, isSecret: boolean) {
  return {
    original_size: encoded.originalSize,
    ...(isSecret ? {} : { tree: `sha256:${encoded.tree}` }),
    files: encoded.files,
    bytes: encoded.bytes,
  }
}

/** Reference §4.4: one reader takes `env`, another `environment`; each has to find what it knows. */
function describeExecution(execution: PackagePlan['execution']): MetadataInput['execution'] {
  const environment = { ...execution.env, ...execution.environment }
  return { ...execution, env: environment, environment }
}

/** The platform that the package is for, not the one that it was built on. */
function describePlatform(plan: PackagePlan) {
  const [platform] = plan.platforms ?? []
  return platform === undefined
    ? { os: 'any', arch: 'any', host: 'any' }
    : { os: platform.os, arch: platform.arch, host: `${platform.os}/${platform.arch}` }
}
