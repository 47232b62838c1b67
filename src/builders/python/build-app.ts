import { basename, join } from 'node:path'
import { fieldError, readManifest } from '../../manifest/manifest-source.ts'
import type { PythonProject } from '../../manifest/project.ts'
import { lastLines, runCommand } from '../../tools/run-command.ts'
import { type LayoutFacts, sitePackages, writeLayout } from './app-layout.ts'
import type { AppRecord, PackagesRecord } from './app-record.ts'
import { type BuiltWheel, buildWheel } from './build-wheels.ts'
import { checkInstalled } from './check-installed.ts'
import { compileSite } from './compile-site.ts'
import { type EntryPoint, parseReference } from './entry-points.ts'
import { type InstallContext, type RunnablePython, runnable } from './install-context.ts'
import { installWheels } from './install-wheels.ts'
import {
  hasModule,
  type InstalledDistribution,
  installedDistributions,
  neutraliseRecord,
  recordDistribution,
  usesZoneinfo,
} from './installed-files.ts'
import { missingLibraries } from './interpreter/missing-libraries.ts'
import { requiredGlibc } from './interpreter/required-glibc.ts'
import type { CachedTree } from './pack-cache.ts'
import { normalName } from './requirements.ts'
import { deriveScripts } from './site-scripts.ts'
import { hasLazySlots } from './slots-module.ts'
import type { StartUpFacts } from './start-up.ts'
import { addZones } from './support-files.ts'
import { trimDistribution } from './trim-distribution.ts'
import { isBoundTo } from './user-python/bound-packages.ts'
import { pythonDemand } from './user-python/python-demand.ts'

export interface AppRequest {
  readonly project: PythonProject
  /** The user's own other projects that go with it. */
  readonly directories: readonly string[]
  /** What it needs, installed already. */
  readonly packages: CachedTree<PackagesRecord>
}

/**
 * Builds the user's own projects and installs them into `tree`, together with what makes a virtual environment of it
 * (docs/python.md).
 * @throws ManifestError, BuilderError, InterpreterError
 */
export async function buildApp(
  request: AppRequest,
  context: InstallContext,
  tree: string,
): Promise<Omit<AppRecord, 'packages' | 'entries' | 'bytes'>> {
  const { project, packages } = request
  const { interpreter } = context
  const python = runnable(interpreter)
  const site = sitePackages(interpreter)
  const wheels = await buildWheels(request, context)
  await installWheels({ packages: [], wheels, prefix: tree }, context)
  const distributions = installedDistributions(join(tree, site))
  checkInstalled(project, distributions, packages.record.distributions)
  checkModules(project, [join(tree, site), join(packages.root, site), join(interpreter.root, interpreter.stdlib)])
  const derived = deriveScripts(tree, commands(project, distributions), python.program)
  const scripts = new Set(derived.map(({ path }) => basename(path)))
  for (const { directory } of distributions) {
    neutraliseRecord(directory, scripts)
    trimDistribution(tree, directory)
  }
  derived.push(...writeLayout(tree, interpreter, await layoutFacts(request, context, distributions)))
  if (!packages.record.hasZones && usesZoneinfo(join(tree, site))) await addZones(context, tree)
  await compileSite(tree, context)
  const [main] = distributions.filter(({ name }) => name === normalName(project.distribution))
  const glibc = interpreter.libc === 'glibc' ? requiredGlibc(tree) : undefined
  return {
    version: project.version ?? main?.version ?? '0',
    derived,
    distributions: distributions.map(one => recordDistribution(one)),
    ...(glibc === undefined ? {} : { glibc }),
    libraries: interpreter.libc === 'system' ? [] : missingLibraries([tree, packages.root]),
  }
}

async function layoutFacts(
  { project, packages }: AppRequest,
  { interpreter }: InstallContext,
  distributions: readonly InstalledDistribution[],
): Promise<LayoutFacts> {
  const { roots, isBound } = packages.record
  const facts = { roots, hasLazySlots: hasLazySlots(project) }
  if (interpreter.ships !== false) return { ...(await opensslPaths(runnable(interpreter))), ...facts }
  return {
    ...facts,
    demand: pythonDemand(interpreter, isBound || isBoundTo(distributions, []), project.requiresPython),
  }
}

/** The main project last. */
async function buildWheels({ project, directories }: AppRequest, context: InstallContext): Promise<BuiltWheel[]> {
  const wheels: BuiltWheel[] = []
  for (const directory of [...directories, project.directory]) {
    context.onStep(`building ${directory === project.directory ? project.distribution : basename(directory)}`)
    wheels.push(await buildWheel(directory, context))
  }
  return wheels
}

/** Commands of the installed projects, and last, since the last of a name wins, what the manifest says. */
function commands(project: PythonProject, distributions: readonly InstalledDistribution[]): EntryPoint[] {
  const installed = distributions.flatMap(({ entryPoints }) => entryPoints)
  return [...installed, ...[...project.scripts].flatMap(([name, reference]) => parseReference(name, reference))]
}

/** @throws ManifestError MANIFEST_COMMAND for a command of the manifest whose module was not installed */
function checkModules(project: PythonProject, directories: readonly string[]): void {
  for (const [name, reference] of project.scripts) {
    const module = parseReference(name, reference)[0]?.module
    if (module === undefined || hasModule(module, directories)) continue
    const source = readManifest(project.manifest)
    const isScript = project.writtenScripts.includes(name)
    const field = isScript ? ['project', 'scripts', name] : ['tool', 'flavor', 'entry_point']
    const message = `the command ${name} is ${JSON.stringify(reference)}, and no module ${module} was installed`
    const hint = 'correct the module, or let the build backend include it'
    throw fieldError('MANIFEST_COMMAND', source, field, { got: reference, want: 'an installed module', hint, message })
  }
}

/** Where the interpreter's OpenSSL looks for roots; nothing where there is no ssl module. */
async function opensslPaths(python: RunnablePython): Promise<Pick<StartUpFacts, 'openssl'>> {
  const code = 'import ssl; p = ssl.get_default_verify_paths(); print(p.openssl_cafile); print(p.openssl_capath)'
  const result = await runCommand([python.program, '-I', '-S', '-B'], ['-c', code], { environment: python.environment })
  const [file, directory] = lastLines(result.stdout, 2).split('\n')
  return result.ok && file !== undefined && directory !== undefined ? { openssl: { file, directory } } : {}
}
