import { basename, resolve } from 'node:path'
import type { GenericProject } from '../../manifest/project.ts'
import type { KnownPlan, PackagePlan } from '../../package/package-plan.ts'
import { planSlot } from '../plan-slot.ts'

export interface BuildGenericOptions {
  /** What relative sources are relative to: the current directory, as for the reference's builders. */
  readonly directory: string
  /** What `{workenv}` in a source means: `--workenv-base`, else FLAVOR_WORKENV_BASE, else `directory`. */
  readonly workenvBase?: string
}

/**
 * The plan of a JSON manifest: its slots and its command, as they stand there.
 * @throws ManifestError MANIFEST_SOURCE, MANIFEST_OPERATION
 */
export async function buildGeneric(project: GenericProject, options: BuildGenericOptions): Promise<KnownPlan> {
  const { execution, runtimeEnv, setupCommands, cacheValidation, workenv } = project
  const { argv, argv0, commands } = execution
  return {
    package: { name: project.name, version: project.version, description: project.description },
    slots: project.slots.map((slot, position) =>
      planSlot(slot, sourcePath(slot.source, options), project, ['slots', position]),
    ),
    execution: {
      primary_slot: execution.primarySlot,
      command: execution.command,
      ...(argv === undefined ? {} : { argv: [...argv] }),
      ...(argv0 === undefined ? {} : { argv0 }),
      ...(commands === undefined ? {} : { commands: { ...commands } }),
      env: { ...execution.env },
    },
    ...(runtimeEnv === undefined ? {} : { runtimeEnv }),
    ...(workenv === undefined ? {} : { workenv: planWorkenv(workenv) }),
    setupCommands,
    origin: {
      components: [],
      dependsOn: [],
      knownSlots: [],
      sources: {
        directory: project.directory,
        paths: [
          project.manifest,
          ...project.slots.flatMap(({ source }) => (source === '$SELF' ? [] : [sourcePath(source, options)])),
        ],
        files: [basename(project.manifest)],
        trees: [],
      },
    },
    ...(cacheValidation === undefined ? {} : { cacheValidation }),
  }
}

function planWorkenv({
  directories,
  env,
  umask,
}: NonNullable<GenericProject['workenv']>): NonNullable<PackagePlan['workenv']> {
  return {
    ...(directories === undefined ? {} : { directories: directories.map(directory => ({ ...directory })) }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(umask === undefined ? {} : { umask }),
  }
}

function sourcePath(source: string, { directory, workenvBase = directory }: BuildGenericOptions): string {
  const path = source.replace(/^\{workenv\}(?=\/|$)/, workenvBase)
  return resolve(directory, path)
}
