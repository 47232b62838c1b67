import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { loadProject } from '../manifest/load-project.ts'
import type { Project } from '../manifest/project.ts'
import type { OnProgress } from '../package/verify.ts'
import { type WriteOptions, type WrittenPackage, writePackage } from '../package/writer.ts'
import { BuilderError } from './builder-error.ts'
import { type ChosenLauncher, chooseLauncher, type LauncherChoice } from './chosen-launcher.ts'
import { type PlanOptions, planProject } from './plan-project.ts'
import { type KeyChoice, openSigningKey, type SigningKey } from './signing-key.ts'
import { sourceDate } from './source-date.ts'
import { checkProjectTrust, rotationsFor } from './trusted-signer.ts'

export interface PackOptions extends PlanOptions {
  /** pyproject.toml, or a JSON manifest. */
  readonly manifest: string
  /** Default: `dist/<name>.psp` beside the manifest. */
  readonly output?: string
  readonly launcher?: LauncherChoice
  readonly profile?: WriteOptions['profile']
  readonly effort?: WriteOptions['effort']
  /** Default: the user's own, made on first use. */
  readonly key?: KeyChoice
  /** Decode everything again before the package appears. The stored bytes are always read back. */
  readonly deepReadBack?: boolean
  /** Seconds since 1970 from which on `verify` and `run` refuse the package (trust §8). */
  readonly expires?: number
  /** Files with statements of rotation that go into the package (trust §6). */
  readonly rotationFiles?: readonly string[]
  /** Variables that hold secrets of the signer: what is run to build gets none of them. */
  readonly secretVariables?: readonly string[]
  readonly onProgress?: OnProgress
}

export interface PackedProject {
  readonly written: WrittenPackage
  readonly kind: Project['kind']
  readonly launcher: ChosenLauncher
  /** Which key signed; not the key itself. */
  readonly signing: Omit<SigningKey, 'key'>
}

/**
 * From a project to a package: reads the manifest, plans the slots, signs, writes, reads back. The output appears when all of that
 * is done; until then, and after any failure, a former one stays.
 * @throws ManifestError, BuilderError, CryptoError, LauncherError, PackageError, ...
 */
export async function pack(options: PackOptions): Promise<PackedProject> {
  const timestamp = sourceDate(options.environment)
  const project = loadProject(options.manifest)
  const output = outputPath(project, options.output)
  // Before anything long: a key that cannot be read should not cost a minute.
  const { key, ...signing } = await openSigningKey(options.key ?? { kind: 'default' }, options.environment)
  checkProjectTrust(project, output, key.publicKey)
  const rotations = rotationsFor(project.name, key.publicKey, options.rotationFiles ?? [])
  const { expires } = options
  const building = { ...options, environment: withoutVariables(options.environment, options.secretVariables ?? []) }
  const planned = await planProject(project, building)
  const plan = { ...planned, rotations, ...(expires === undefined ? {} : { expires }) }
  const launcher = await chooseLauncher(options.launcher ?? 'auto', building)
  makeParent(output)
  const written = await writePackage(plan, {
    output,
    launcher: { path: launcher.path, tool: launcher.tool, toolVersion: launcher.toolVersion },
    key,
    ephemeral: signing.kind === 'ephemeral',
    testKey: signing.kind === 'seed',
    profile: options.profile ?? 'default',
    effort: options.effort ?? 'default',
    timestamp,
    deepReadBack: options.deepReadBack ?? false,
    cacheDirectory: join(options.cacheDirectory, 'pack', 'slots'),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  return { written, kind: project.kind, launcher, signing }
}

function withoutVariables(environment: PackOptions['environment'], names: readonly string[]) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)))
}

function outputPath(project: Project, wish: string | undefined): string {
  const output = resolve(wish ?? join(project.directory, 'dist', `${project.name}.psp`))
  const isDirectory = statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (!isDirectory && !wish?.endsWith('/')) return output
  const message = `${wish ?? output}: is a directory, expected the name of a file`
  const hint = `--output ${join(wish ?? output, `${project.name}.psp`)}`
  throw new BuilderError('OUTPUT_PLACE', message, { file: output }, { hint })
}

function makeParent(output: string): void {
  try {
    ensureDirectory(dirname(output))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${output}: the directory for it cannot be made: ${reason}`
    throw new BuilderError('OUTPUT_PLACE', message, { file: output }, { cause })
  }
}
