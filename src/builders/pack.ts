import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { specialFile } from '../files/special-file.ts'
import { platformOf } from '../format/platform.ts'
import { loadProject } from '../manifest/load-project.ts'
import type { Project } from '../manifest/project.ts'
import type { Predicate } from '../package/origin/provenance-statement.ts'
import type { PackagePlan } from '../package/package-plan.ts'
import { type WrittenPackage, writePackage } from '../package/writer.ts'
import { BuilderError } from './builder-error.ts'
import { type ChosenLauncher, chooseLauncher } from './chosen-launcher.ts'
import { withoutFormerOutputs } from './former-output.ts'
import { buildParameters } from './origin/build-parameters.ts'
import { sourceInputs } from './origin/build-provenance.ts'
import { checkProvenancePlace, writeFileProvenance } from './origin/file-provenance.ts'
import { billPart, provenancePart } from './origin/origin-parts.ts'
import type { PackOptions } from './pack-options.ts'
import { planProject } from './plan-project.ts'
import { openSigningKey, type SigningKey } from './signing-key.ts'
import { sourceDate } from './source-date.ts'
import { checkProjectTrust, rotationsFor } from './trusted-signer.ts'

export interface PackedProject {
  readonly written: WrittenPackage
  readonly kind: Project['kind']
  readonly launcher: ChosenLauncher
  /** Which key signed; not the key itself. */
  readonly signing: Omit<SigningKey, 'key'>
  /** Where the provenance of the finished file lies, if that was asked for. */
  readonly provenancePath?: string
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
  const { provenanceOutput } = options
  if (provenanceOutput !== undefined) {
    checkProvenancePlace(provenanceOutput, output)
    refuseManifest(project, provenanceOutput)
  }
  // Before anything long: a key that cannot be read should not cost a minute.
  const { key, ...signing } = await openSigningKey(options.key ?? { kind: 'default' }, options.environment)
  checkProjectTrust(project, output, key.publicKey)
  const rotations = rotationsFor(project.name, key.publicKey, options.rotationFiles ?? [])
  const { expires } = options
  const building = {
    ...options,
    environment: withoutVariables(options.environment, [
      ...(options.secretVariables ?? []),
      ...slotKeyVariables(project, options.slotKeySources),
    ]),
  }
  const planned = await planProject(project, building)
  refuseUnknownKeys(planned, options.slotKeySources)
  const outputs = [output, usualOutput(project), ...(provenanceOutput === undefined ? [] : [resolve(provenanceOutput)])]
  const slots = planned.slots.map(slot => withoutFormerOutputs(slot, outputs))
  const plan = { ...planned, slots, rotations, ...(expires === undefined ? {} : { expires }) }
  const platform = options.launcherPlatform ?? options.platform
  const launcher = await chooseLauncher(options.launcher ?? 'auto', {
    ...building,
    ...(platform === undefined ? {} : { platform }),
  })
  makeParent(output)
  if (provenanceOutput !== undefined) makeParent(resolve(provenanceOutput))
  let predicate: Predicate | undefined
  const origin = {
    origin: plan.origin,
    parameters: buildParameters(options, launcher.tool),
    key,
    sources: await sourceInputs(plan.origin, building.environment),
    platform: platform ?? platformOf(process.platform, process.arch),
  }
  const provenance = provenancePart(origin, found => {
    predicate = found
  })
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
    origin: [
      ...(options.sbom === false ? [] : [billPart(origin)]),
      ...(options.provenance === false ? [] : [provenance]),
    ],
    slotKeys: {
      environment: options.environment,
      ...(options.slotKeySources === undefined ? {} : { sources: options.slotKeySources }),
    },
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  if (provenanceOutput !== undefined && predicate !== undefined) {
    await writeFileProvenance(provenanceOutput, output, predicate, key)
  }
  const told = provenanceOutput === undefined ? {} : { provenancePath: provenanceOutput }
  return { written, kind: project.kind, launcher, signing, ...told }
}

function withoutVariables(environment: PackOptions['environment'], names: readonly string[]) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)))
}

/** Spec §4.7: what builds the project has no use for the keys of its slots. */
function slotKeyVariables({ slots }: Project, sources: ReadonlyMap<string, string> = new Map()): string[] {
  const all = [...slots.map(slot => sources.get(slot.id) ?? slot.keySource), ...sources.values()]
  return all.flatMap(source => (source?.startsWith('env:') ? [source.slice('env:'.length)] : []))
}

function refuseUnknownKeys({ slots }: PackagePlan, sources: ReadonlyMap<string, string> = new Map()): void {
  const encrypted = slots.filter(slot => slot.keySource !== undefined).map(({ id }) => id)
  const unknown = [...sources.keys()].find(id => !encrypted.includes(id))
  if (unknown === undefined) return
  const want = encrypted.length === 0 ? 'no key: no slot is encrypted' : `one of ${encrypted.join(', ')}`
  const message = `--slot-key names the slot ${JSON.stringify(unknown)}, expected ${want}`
  throw new BuilderError('OPTION_UNUSED', message, { field: 'slot-key', got: unknown, want })
}

function usualOutput({ directory, name }: Project): string {
  return resolve(directory, 'dist', `${name}.psp`)
}

function outputPath(project: Project, wish: string | undefined): string {
  const output = resolve(wish ?? usualOutput(project))
  const isDirectory = statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? false
  refuseManifest(project, output)
  const special = specialFile(output)
  if (special !== undefined) {
    const text = `${wish ?? output}: is ${special}, expected the name of a file`
    throw new BuilderError('OUTPUT_PLACE', text, { file: output, got: special }, { hint: anotherName(project) })
  }
  if (!isDirectory && !wish?.endsWith('/')) return output
  const message = `${wish ?? output}: is a directory, expected the name of a file`
  const hint = `--output ${join(wish ?? output, `${project.name}.psp`)}`
  throw new BuilderError('OUTPUT_PLACE', message, { file: output }, { hint })
}

/** An output that takes its place takes the way to pack again. */
function refuseManifest(project: Project, output: string): void {
  if (resolve(output) !== resolve(project.manifest)) return
  const message = `${output}: is the manifest, expected another name for what is made of it`
  throw new BuilderError('OUTPUT_PLACE', message, { file: output }, { hint: anotherName(project) })
}

function anotherName(project: Project): string {
  return `without --output it is ${usualOutput(project)}`
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
