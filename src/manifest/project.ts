import type { Command, RuntimeEnv, SetupCommand } from '../format/metadata.ts'
import type { OperationChain } from '../format/operations.ts'
import type { Lifecycle, Purpose, SlotPlatform } from '../format/slot-enumerations.ts'

/** What a manifest says, whichever kind it is: all of it checked, none of it resolved yet. */
export type Project = PythonProject | GenericProject

interface ProjectBase {
  /** Absolute path of the manifest. */
  readonly manifest: string
  /** Absolute path of the directory that it lies in. */
  readonly directory: string
  /** Name of the package. */
  readonly name: string
  readonly description: string
  /** Key lines of `[tool.flavor.trust]` (trust §2.1): whose packages the project takes, its own among them. */
  readonly trustedKeys?: readonly string[]
}

/** `pyproject.toml`. */
export interface PythonProject extends ProjectBase {
  readonly kind: 'python'
  /** `[project] name`; `name` is this one too unless `[tool.flavor]` names the package otherwise. */
  readonly distribution: string
  /** Absent where the build backend computes it. */
  readonly version?: string
  /** One PEP 440 specifier: `[project] requires-python` together with `[tool.flavor.python]`. */
  readonly requiresPython?: string
  /** Whether the build backend computes the dependencies. */
  readonly dynamicDependencies: boolean
  readonly dependencies: readonly string[]
  /** Every command that the package offers: its name and its `module:function`. */
  readonly scripts: ReadonlyMap<string, string>
  /** Names of those that `[project]` itself has; another one comes from the entry point. */
  readonly writtenScripts: readonly string[]
  /** The one of `scripts` that runs when nobody says otherwise. */
  readonly defaultScript: string
  /** Directories of other projects that are built with this one, relative to `directory`. */
  readonly localDependencies: readonly string[]
  /** Requirements that are installed although the project does not depend on them. */
  readonly extraPackages: readonly string[]
  readonly runtimeEnv: ProjectEnvironment
  /** As `--python` takes it: `uv:3.12`, a path, `none`. */
  readonly interpreter?: string
  readonly slots: readonly ProjectSlot[]
}

/** The JSON manifest of the reference: slots and a command. */
export interface GenericProject extends ProjectBase {
  readonly kind: 'generic'
  readonly version: string
  readonly execution: {
    readonly primarySlot: number
    readonly command: string
    readonly argv?: readonly string[]
    readonly argv0?: Command['argv0']
    readonly commands?: Readonly<Record<string, Command>>
    readonly env: Readonly<Record<string, string>>
  }
  readonly slots: readonly ProjectSlot[]
  readonly runtimeEnv?: RuntimeEnv
  readonly workenv?: {
    readonly directories?: readonly { readonly path: string; readonly mode?: string }[]
    readonly env?: Readonly<Record<string, string>>
    readonly umask?: string
  }
  readonly setupCommands: readonly SetupCommand[]
  readonly cacheValidation?: { readonly check_file: string; readonly expected_content: string }
}

/** What happens to the variables that the caller has. */
export interface ProjectEnvironment extends RuntimeEnv {
  /** Whether the variables that steer Python are taken away from the program (docs/manifest.md). */
  readonly isolated: boolean
}

/** Files of the project that go into the package as they are. */
export interface ProjectSlot {
  readonly id: string
  /** As written; `$SELF` is the package itself. */
  readonly source: string
  /** Relative to the work environment; '' for its root. */
  readonly target: string
  readonly purpose: Purpose
  readonly lifecycle: Lifecycle
  /** Absent where the manifest leaves it to us. */
  readonly operations?: OperationChain
  readonly permissions?: number
  readonly platform?: SlotPlatform
  readonly share?: boolean
  /** Spec §4.7: encrypted, with a key that comes from here. */
  readonly keySource?: string
}
