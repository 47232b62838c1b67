import type { Platform } from '../format/platform.ts'
import type { OnProgress } from '../package/verify.ts'
import type { WriteOptions } from '../package/writer.ts'
import type { LauncherChoice } from './chosen-launcher.ts'
import type { PlanOptions } from './plan-project.ts'
import type { KeyChoice } from './signing-key.ts'

/** How a project is packed. */
export interface PackOptions extends PlanOptions {
  /** pyproject.toml, or a JSON manifest. */
  readonly manifest: string
  /** Default: `dist/<name>.psp` beside the manifest. */
  readonly output?: string
  readonly launcher?: LauncherChoice
  /** The platform of the launcher, where the package is not said to be for that one alone; default: `platform`. */
  readonly launcherPlatform?: Platform
  readonly profile?: WriteOptions['profile']
  readonly effort?: WriteOptions['effort']
  /** Default: the user's own, made on first use. */
  readonly key?: KeyChoice
  /** By slot id: where the key of an encrypted slot comes from now, instead of where its users have it. */
  readonly slotKeySources?: ReadonlyMap<string, string>
  /** Decode everything again before the package appears. The stored bytes are always read back. */
  readonly deepReadBack?: boolean
  /** Seconds since 1970 from which on `verify` and `run` refuse the package (trust §8). */
  readonly expires?: number
  /** Files with statements of rotation that go into the package (trust §6). */
  readonly rotationFiles?: readonly string[]
  /** Variables that hold secrets of the signer: what is run to build gets none of them. */
  readonly secretVariables?: readonly string[]
  /** Put a bill of materials into the package; default: yes. */
  readonly sbom?: boolean
  /** Put signed provenance into the package; default: yes. `provenanceOutput` needs it. */
  readonly provenance?: boolean
  /** Where a signed statement about the finished file goes. */
  readonly provenanceOutput?: string
  readonly onProgress?: OnProgress
}
