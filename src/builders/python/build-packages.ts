import { basename, join } from 'node:path'
import { sitePackages } from './app-layout.ts'
import type { PackagesRecord } from './app-record.ts'
import { artifactHashes } from './artifact-hashes.ts'
import { compileSite } from './compile-site.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { installWheels } from './install-wheels.ts'
import { installedDistributions, neutraliseRecord, recordDistribution, usesZoneinfo } from './installed-files.ts'
import { requiredGlibc } from './interpreter/required-glibc.ts'
import type { LockedRequirement } from './requirements.ts'
import { deriveScripts } from './site-scripts.ts'
import { addRoots, addZones } from './support-files.ts'
import { trimDistribution } from './trim-distribution.ts'
import { isBoundTo } from './user-python/bound-packages.ts'

/**
 * Installs the packages of others into `tree`, as a work environment will hold them (docs/python.md). They are a tree of their own:
 * the project changes far more often than they do.
 * @throws BuilderError, InterpreterError
 */
export async function buildPackages(
  packages: readonly LockedRequirement[],
  context: InstallContext,
  tree: string,
): Promise<Omit<PackagesRecord, 'entries' | 'bytes'>> {
  const { interpreter, onStep } = context
  const site = sitePackages(interpreter)
  onStep(`installing ${packages.length} packages`)
  await installWheels({ packages, wheels: [], prefix: tree }, context)
  const files = await artifactHashes(packages, installedDistributions(join(tree, site)), context)
  const names = new Set(installedDistributions(join(tree, site)).map(({ name }) => name))
  const roots = names.has('certifi') ? `${site}/certifi/cacert.pem` : await addRoots(context, tree)
  const needsZones = !names.has('tzdata') && usesZoneinfo(join(tree, site))
  if (needsZones) await addZones(context, tree)
  const distributions = installedDistributions(join(tree, site))
  const points = distributions.flatMap(({ entryPoints }) => entryPoints)
  const derived = deriveScripts(tree, points, runnable(interpreter).program)
  const scripts = new Set(derived.map(({ path }) => basename(path)))
  for (const { directory } of distributions) {
    neutraliseRecord(directory, scripts)
    trimDistribution(tree, directory)
  }
  await compileSite(tree, context)
  const glibc = interpreter.libc === 'glibc' ? requiredGlibc(tree) : undefined
  return {
    derived,
    distributions: distributions.map(one => recordDistribution(one, files.get(one.name))),
    ...(glibc === undefined ? {} : { glibc }),
    isBound: isBoundTo(distributions, packages),
    roots,
    hasZones: needsZones || names.has('tzdata'),
  }
}
