import type { PythonProject } from '../../manifest/project.ts'
import { namedDependencies, readLocalProject } from './local-project.ts'
import type { LockedResolution, LockFile } from './lock-file.ts'
import { absolutePath, type LockedRequirement, portablePath } from './requirements.ts'
import { exportLock, type ResolveContext, resolveNames, resolveProject } from './resolve.ts'
import { SUPPORT_PACKAGES } from './support-files.ts'

export interface LockIdentity {
  readonly project: PythonProject
  /** `3.11` */
  readonly python: string
  readonly hasUvLock: boolean
}

/**
 * Resolves everything anew: the project, what builds it and its own projects, and the support packages.
 * @throws ManifestError, BuilderError
 */
export async function makeLock(
  identity: LockIdentity,
  context: ResolveContext,
): Promise<Omit<LockFile, 'interpreters'>> {
  const { project, python, hasUvLock } = identity
  const named = namedDependencies(project)
  const support = resolveNames(project, SUPPORT_PACKAGES, [], context)
  const { resolutions, directories } = await resolveRuntime(project, named, hasUvLock, context)
  const build = buildSets([project.directory, ...directories]).map(async inputs => {
    return resolutionOf('build', inputs, (await resolveNames(project, inputs, [], context)).packages, [])
  })
  return {
    version: 1,
    python,
    uv: context.uv.tool.version,
    resolutions: [
      ...resolutions,
      ...(await Promise.all(build)),
      resolutionOf('support', SUPPORT_PACKAGES, (await support).packages, []),
    ],
  }
}

async function resolveRuntime(
  project: PythonProject,
  named: readonly string[],
  hasUvLock: boolean,
  context: ResolveContext,
): Promise<{ resolutions: LockedResolution[]; directories: readonly string[] }> {
  const relative = (paths: readonly string[]) => paths.map(path => portablePath(path, project.directory)).sort()
  if (!hasUvLock) {
    const resolved = await resolveProject(project, named, context)
    const directories = othersThan(project, [...named, ...resolved.directories])
    const inputs = projectInputs(project, directories)
    return { resolutions: [resolutionOf('project', inputs, resolved.packages, relative(directories))], directories }
  }
  const exported = await exportLock(project, context)
  const extra = await resolveNames(project, [...named, ...project.extraPackages], exported.packages, context)
  const own = othersThan(project, exported.directories)
  const added = othersThan(project, [...named, ...extra.directories]).filter(path => !own.includes(path))
  const resolutions = [
    resolutionOf('project', ['uv.lock'], [], relative(own)),
    resolutionOf(
      'extra',
      projectInputs(project, added, false),
      without(extra.packages, exported.packages),
      relative(added),
    ),
  ]
  return { resolutions, directories: [...own, ...added] }
}

/**
 * What the resolution of a project depends on, in the words of its manifest.
 * @param isWhole false where uv.lock holds the project itself
 */
export function projectInputs(project: PythonProject, directories: readonly string[], isWhole = true): string[] {
  const own = readLocalProject(project.directory)
  const projects = directories.map(readLocalProject)
  const inputs = [
    ...(isWhole ? [...own.dependencies, ...(own.sources === undefined ? [] : [own.sources])] : []),
    ...project.extraPackages,
    ...projects.flatMap(({ dependencies }) => dependencies),
  ]
  return [...new Set(inputs)].sort()
}

/** The distinct sets of build requirements of some projects, each sorted. */
export function buildSets(directories: readonly string[]): string[][] {
  const sets = directories.map(directory => readLocalProject(directory).buildRequires.toSorted())
  return [...new Map(sets.map(set => [JSON.stringify(set), set])).values()].filter(set => set.length > 0)
}

/** Absolute paths of the user's own projects that a lock names. */
export function lockedDirectories(lock: Pick<LockFile, 'resolutions'>, project: PythonProject): string[] {
  return lock.resolutions.flatMap(({ directories }) => directories.map(path => absolutePath(path, project.directory)))
}

function othersThan(project: PythonProject, directories: readonly string[]): string[] {
  return [...new Set(directories)].filter(path => path !== project.directory)
}

function without(packages: readonly LockedRequirement[], known: readonly LockedRequirement[]): LockedRequirement[] {
  const there = new Set(known.map(({ requirement }) => requirement))
  return packages.filter(({ requirement }) => !there.has(requirement))
}

function resolutionOf(
  purpose: LockedResolution['purpose'],
  inputs: readonly string[],
  packages: readonly LockedRequirement[],
  directories: readonly string[],
): LockedResolution {
  const copies = packages.map(({ requirement, hashes }) => ({ requirement, hashes: [...hashes] }))
  return { purpose, inputs: inputs.toSorted(), directories: [...directories], packages: copies }
}
