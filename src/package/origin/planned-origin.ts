/** What a builder knows of the parts of a package, beside their bytes. */
export interface PlannedOrigin {
  readonly components: readonly PlannedComponent[]
  /** Refs of what the package itself needs. */
  readonly dependsOn: readonly string[]
  /** Ids of slots whose content the components tell, but for shared libraries. The files of other slots are components themselves. */
  readonly knownSlots: readonly string[]
  readonly sources: PlannedSources
}

/** Where a package was made from. The paths are of this machine: only what is found there goes into a package. */
export interface PlannedSources {
  /** The directory of the manifest, absolute. */
  readonly directory: string
  /** Files and directories whose changes change the package; absolute, or relative to `directory`. */
  readonly paths: readonly string[]
  /** Files in `directory` that are inputs by themselves, where they are there: the manifest, lock files. */
  readonly files: readonly string[]
  /** Directories of which all that a build reads is an input; what slots hold of other sources is told by the slots. */
  readonly trees: readonly { readonly name: string; readonly directory: string }[]
}

/** One thing that a package is made of. Nothing in it depends on the machine. */
export interface PlannedComponent {
  /** Unique in the package; also what others depend on it by. */
  readonly ref: string
  readonly type: 'application' | 'library' | 'file'
  readonly name: string
  readonly version?: string
  readonly purl?: string
  /** Hex, of the file that it came as. */
  readonly sha256?: string
  /** Hex, where that is what is known of the file. */
  readonly sha512?: string
  /** An SPDX identifier or expression, or what its author wrote. */
  readonly licence?: string
  readonly dependsOn?: readonly string[]
  /** What it was made of in turn. */
  readonly parts?: readonly PlannedComponent[]
  /** Facts that the format has no field for, by names that begin with `flavor:`. */
  readonly properties?: Readonly<Record<string, string>>
}
