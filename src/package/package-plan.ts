import type { DerivedFile, MetadataInput, PackagePlatform, RuntimeEnv, SetupCommand } from '../format/metadata.ts'
import type { OperationChain } from '../format/operations.ts'
import type { Lifecycle, Purpose, SlotPlatform } from '../format/slot-enumerations.ts'
import type { PlannedOrigin } from './origin/planned-origin.ts'
import type { TreeEntry } from './tree-entry.ts'

/** What a builder hands to the writer: the slots, and how the program is run. Holds no key, no launcher and no clock. */
export interface PackagePlan {
  readonly package: { readonly name: string; readonly version: string; readonly description?: string }
  readonly slots: readonly PlannedSlot[]
  readonly execution: MetadataInput['execution']
  readonly derived?: readonly DerivedFile[]
  readonly runtimeEnv?: RuntimeEnv
  readonly workenv?: NonNullable<MetadataInput['workenv']>
  readonly setupCommands?: readonly SetupCommand[]
  readonly cacheValidation?: NonNullable<MetadataInput['cache_validation']>
  readonly platforms?: readonly PackagePlatform[]
  /** Seconds since 1970 from which on the package is refused by `verify` and `run` (trust §8). */
  readonly expires?: number
  /** Statements of rotation, one line each (trust §6). */
  readonly rotations?: readonly string[]
  /** Signed floor of FLAVOR_VALIDATION (spec §9.1); absent for a release. */
  readonly minimumLevel?: 'strict' | 'standard' | 'relaxed' | 'minimal' | 'none'
  /** What it is made of, as far as its builder knows more than the bytes tell. */
  readonly origin?: PlannedOrigin
}

/** A plan that tells where everything comes from, as builders make one. */
export type KnownPlan = PackagePlan & { readonly origin: PlannedOrigin }

export interface PlannedSlot {
  readonly id: string
  /** Where it unpacks to, relative to the work environment: `{workenv}` for its root, else a path (spec §5.4). */
  readonly target: string
  /** What the slot was made from, for people: never an absolute path. */
  readonly source: string
  readonly purpose: Purpose
  readonly lifecycle: Lifecycle
  /** How the stored bytes are to be made; an archive chain needs a tree. The portable profile keeps to tgz and gzip. */
  readonly operations: OperationChain
  /** Mode of a single file, such as 0o755. */
  readonly permissions?: number
  /** Unpack once for all packages into the shared slots (spec §6.4). */
  readonly share?: boolean
  readonly platform?: SlotPlatform
  /** Spec §4.7: where the key comes from when the slot is unpacked; `operations` then end with aes256-gcm. */
  readonly keySource?: string
  readonly content: SlotContent
}

export type SlotContent =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tree'; readonly entries: readonly TreeEntry[] }
  /** Already encoded by the user, as the reference's builders demand: `operations` only says how. */
  | { readonly kind: 'encoded'; readonly path: string }
  /** The package itself (`$SELF`): no stored bytes. */
  | { readonly kind: 'self' }
