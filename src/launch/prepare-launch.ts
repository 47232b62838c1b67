import { resolve } from 'node:path'
import type { PlaceholderValues } from '../format/placeholders.ts'
import { type Platform, platformName, platformOf } from '../format/platform.ts'
import { openPackage, type PackageFile } from '../package/package-file.ts'
import type { Log } from '../workenv/log.ts'
import { type PrepareOptions, prepareWorkenv, type Workenv } from '../workenv/prepare-workenv.ts'
import { buildEnvironment, type Variables } from './environment.ts'
import { progressLine } from './first-run-progress.ts'
import { LaunchError } from './launch-error.ts'
import { validationLevel } from './levels.ts'
import { withoutOwnerMask } from './owner-mask.ts'
import { checkPinnedKeys } from './pinned-keys.ts'
import { checkPlatform, machineLibc } from './platform-check.ts'

/** Where a launch talks to. */
export interface LaunchIo {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Whether a person sees what goes to stderr. */
  readonly isTerminal: () => boolean
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

export interface LaunchOptions {
  /** The packed file. */
  readonly path: string
  /** An open descriptor of it; everything is read through this one. */
  readonly fd?: number
  /** argv[0] as the user typed it, and what follows. */
  readonly argv: readonly string[]
  /** Already without what a caller with fewer rights must not decide. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly io: LaunchIo
  readonly log: Log
  /** What starts `clean` of this package in another process (workenv §10.5). */
  readonly cleaner?: {
    readonly argv: readonly string[]
    readonly variables?: Readonly<Record<string, string>>
  }
  /** Says whether the package may run, instead of the pins alone, and remembers that it was accepted (trust §9). */
  readonly judge?: (pkg: PackageFile) => Promise<Remembering>
}

/** What is kept of a package that was accepted. */
export interface Remembering {
  remember(): Promise<void>
}

/** A verified package that is unpacked and ready. */
export interface PreparedLaunch {
  readonly workenv: Workenv
  readonly values: PlaceholderValues
  /** All of the program's environment (spec §7.1). */
  readonly variables: Variables
}

/**
 * Opens and verifies the package, and checks that its key may sign it (trust §9) and that it fits this machine. The signature counts at every level: no variable of ours makes
 * anything run that was not signed (spec §9.1).
 */
export async function openForLaunch(options: LaunchOptions): Promise<PackageFile> {
  const { path, fd, environment } = options
  const pkg = openPackage(path, { ...(fd === undefined ? {} : { fd }), slotKeys: { environment } })
  const judged = await judgeOpened(pkg, options)
  const needsLibc = pkg.metadata.platforms?.some(({ libc }) => libc !== undefined) === true
  checkPlatform(pkg.metadata, { ...thisPlatform(), ...withLibc(needsLibc) })
  await judged?.remember()
  return pkg
}

/** Makes the work environment of a package that `openForLaunch` has opened ready; `isDoubted` as in `PrepareOptions`. */
export async function prepareLaunch(
  pkg: PackageFile,
  options: LaunchOptions,
  isDoubted = false,
): Promise<PreparedLaunch> {
  return await usePackage(pkg, options, async ({ platform, prepare }) => {
    const workenv = await prepareWorkenv(pkg, { ...prepare, isDoubted, isForUse: true })
    const values = placeholderValues(pkg, platform, workenv.root, workenv.slotPaths)
    return { workenv, values, variables: variablesFor(options, pkg, values, workenv) }
  })
}

/** workenv §1.4: of a launch without a work environment; no text that names one is ever made of them. */
export function valuesWithoutWorkenv(pkg: PackageFile, options: LaunchOptions) {
  const slots = pkg.slots.map(() => '')
  const values = placeholderValues(pkg, thisPlatform(), '', slots)
  return { values, variables: variablesFor(options, pkg, values) }
}

/** A verified package that fits this machine, and how its work environment is made. */
export interface OpenedLaunch {
  readonly pkg: PackageFile
  readonly platform: Platform
  readonly prepare: PrepareOptions
}

/** For what is no launch: opens, and shows the progress of what `use` unpacks. */
export async function openLaunch<Result>(
  options: LaunchOptions,
  use: (opened: OpenedLaunch) => Promise<Result>,
): Promise<Result> {
  return await usePackage(await openForLaunch(options), options, use)
}

async function usePackage<Result>(
  pkg: PackageFile,
  options: LaunchOptions,
  use: (opened: OpenedLaunch) => Promise<Result>,
): Promise<Result> {
  const { environment, log } = options
  const platform = thisPlatform()
  const { metadata } = pkg
  const level = validationLevel(environment.FLAVOR_VALIDATION, metadata)
  log('debug', `${metadata.package.name} ${metadata.package.version}, level ${level}`)
  const { isTerminal, stderr, now } = options.io
  const progress = progressLine({ write: stderr, isTerminal, now, name: metadata.package.name })
  try {
    const prepare: PrepareOptions = {
      environment,
      level,
      log: (kind, message) => {
        progress.clear()
        log(kind, message)
      },
      onProgress: progress.onProgress,
      runSetup: async (commands, root, slotPaths) => {
        const { runSetup } = await import('./setup.ts')
        const values = placeholderValues(pkg, platform, root, slotPaths)
        await runSetup(commands, { values, variables: variablesFor(options, pkg, values), log })
      },
    }
    return await withoutOwnerMask(() => use({ pkg, platform, prepare }))
  } finally {
    progress.clear()
  }
}

/** trust §9: refuses a package whose key is not to be trusted. What is to be remembered of it is for later. */
export async function judgeOpened(pkg: PackageFile, options: LaunchOptions): Promise<Remembering | undefined> {
  if (options.judge !== undefined) return await options.judge(pkg)
  checkPinnedKeys(pkg, options.environment)
  return undefined
}

function thisPlatform(): Platform {
  const platform = platformOf(process.platform, process.arch)
  if (platform !== undefined) return platform
  const got = `${process.platform} ${process.arch}`
  throw new LaunchError('PLATFORM_WRONG', `packages do not run on ${got} (spec §8.1)`, { got })
}

function withLibc(isNeeded: boolean) {
  const libc = isNeeded ? machineLibc() : undefined
  return libc === undefined ? {} : { libc }
}

function placeholderValues(
  { metadata }: PackageFile,
  platform: Platform,
  root: string,
  slots: readonly string[],
): PlaceholderValues {
  return {
    workenv: root,
    package_name: metadata.package.name,
    version: metadata.package.version,
    ...platform,
    platform: platformName(platform),
    primarySlot: metadata.execution.primary_slot,
    slots,
  }
}

function variablesFor(
  { path, environment, argv, log }: LaunchOptions,
  { metadata }: PackageFile,
  values: PlaceholderValues,
  workenv?: Workenv,
): Variables {
  const invoked = argv[0] ?? ''
  const slotDirectories = workenv?.slotDirectories ?? {}
  const packageFile = workenv?.hasLazySlots === true ? { packageFile: resolve(path) } : {}
  const built = buildEnvironment({
    inherited: environment,
    metadata,
    values,
    invoked,
    slotDirectories,
    ...packageFile,
  })
  for (const name of built.missing) log('info', `runtime.env.pass names ${name}, which is not set`)
  return built.variables
}
