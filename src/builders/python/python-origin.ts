import { basename } from 'node:path'
import type { PythonProject } from '../../manifest/project.ts'
import type { PlannedComponent, PlannedOrigin } from '../../package/origin/planned-origin.ts'
import { packageUrl } from '../origin/package-url.ts'
import type { DistributionRecord } from './app-record.ts'
import type { InstalledApp } from './installed-app.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import { LOCK_NAME, type LockFile } from './lock-file.ts'
import { lockedDirectories } from './make-lock.ts'
import { normalName, portablePath, requirementName } from './requirements.ts'

const INTERPRETER_REF = 'interpreter'

/**
 * What a Python package is made of: its distributions, the interpreter, and what every package is given. Shared libraries in the slots
 * are found when the slots are made.
 */
export function pythonOrigin(
  project: PythonProject,
  interpreter: InterpreterTree,
  { own, packages }: InstalledApp,
  lock: Pick<LockFile, 'resolutions'>,
): PlannedOrigin {
  const taken = new Set(own.record.distributions.map(({ name }) => name))
  const distributions = [
    ...own.record.distributions,
    ...packages.record.distributions.filter(({ name }) => !taken.has(name)),
  ]
  const known = new Set(distributions.map(({ name }) => name))
  const support = supportComponents(packages.record, known, lock)
  const main = normalName(project.distribution)
  const components = [
    ...distributions.map(one => distributionComponent(one, known, taken.has(one.name))),
    ...support,
    ...(interpreter.ships === false ? [] : [interpreterComponent(interpreter)]),
  ]
  const roots = known.has(main) ? [`pypi:${main}`] : distributions.map(({ name }) => `pypi:${name}`)
  const extra = project.extraPackages.map(text => `pypi:${requirementName(text)}`)
  const others = lockedDirectories(lock, project).filter(directory => directory !== project.directory)
  const trees = [project.directory, ...others].map(directory => {
    return { name: `sources:${portablePath(directory, project.directory)}`, directory }
  })
  const given = [...support.map(({ ref }) => ref), ...(interpreter.ships === false ? [] : [INTERPRETER_REF])]
  return {
    components,
    dependsOn: [...new Set([...roots, ...extra, ...given])],
    knownSlots: ['python', 'packages', 'app'],
    sources: {
      directory: project.directory,
      paths: trees.map(tree => tree.directory),
      files: [basename(project.manifest), LOCK_NAME, 'uv.lock'],
      trees,
    },
  }
}

function distributionComponent(
  record: DistributionRecord,
  known: ReadonlySet<string>,
  isOwn: boolean,
): PlannedComponent {
  const { name, version, licence, requires, sha256 } = record
  return {
    ref: `pypi:${name}`,
    type: 'library',
    name,
    version,
    // An index may have another project of that name.
    purl: packageUrl(isOwn ? 'generic' : 'pypi', name, version),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(licence === undefined ? {} : { licence }),
    dependsOn: requires.filter(need => known.has(need) && need !== name).map(need => `pypi:${need}`),
  }
}

/** Its hash is the one that flavor.lock has: over the files that it was made from. */
function interpreterComponent({ provider, version, sha256 }: InterpreterTree): PlannedComponent {
  return {
    ref: INTERPRETER_REF,
    type: 'application',
    name: 'CPython',
    version,
    purl: packageUrl('generic', 'cpython', version),
    sha256,
    licence: 'PSF-2.0',
    properties: { 'flavor:provider': provider },
  }
}

/** Roots of trust and time zones, where no package brought them (docs/python.md). */
function supportComponents(
  record: InstalledApp['packages']['record'],
  known: ReadonlySet<string>,
  lock: Pick<LockFile, 'resolutions'>,
): PlannedComponent[] {
  const given = new Set([
    ...(record.roots.startsWith('share/') ? ['certifi'] : []),
    ...(record.hasZones ? ['tzdata'] : []),
  ])
  const packages = lock.resolutions.filter(({ purpose }) => purpose === 'support').flatMap(found => found.packages)
  return packages.flatMap(({ requirement }) => {
    const name = requirementName(requirement)
    const version = /==([^\s;]+)/.exec(requirement)?.[1]
    if (!given.has(name) || known.has(name) || version === undefined) return []
    const purl = packageUrl('pypi', name, version)
    return [{ ref: `pypi:${name}`, type: 'library' as const, name, version, purl }]
  })
}
