import { satisfies } from '@renovatebot/pep440'
import type { PythonProject } from '../../manifest/project.ts'
import { stale } from './check-lock.ts'
import type { InstalledDistribution } from './installed-files.ts'
import { requirementName } from './requirements.ts'

/**
 * Compares what the user's own wheels require with what the lock brought: a backend may compute requirements that no manifest shows.
 * Only requirements without a marker are judged, since every other one may be for another platform.
 * @throws BuilderError LOCK_STALE
 */
export function checkInstalled(
  project: PythonProject,
  own: readonly InstalledDistribution[],
  packages: readonly { readonly name: string; readonly version: string }[],
): void {
  const installed = new Map([...packages, ...own].map(({ name, version }) => [name, version]))
  for (const { name, requires } of own) {
    for (const requirement of requires.filter(text => !text.includes(';'))) {
      const version = installed.get(requirementName(requirement))
      if (version === undefined) throw stale({ project }, `lacks ${requirement}, which ${name} requires`)
      const specifier = versionSpecifier(requirement)
      if (specifier === '' || satisfies(version, specifier, { prereleases: true })) continue
      throw stale({ project }, `holds version ${version} where ${name} requires ${requirement}`)
    }
  }
}

/** `name[extra] (>=1,<2)` gives `>=1,<2`; a URL gives nothing. */
function versionSpecifier(requirement: string): string {
  if (requirement.includes('@')) return ''
  return requirement
    .replace(/^[\w.-]+\s*(?:\[[^\]]*\])?/, '')
    .replace(/[()]/g, '')
    .trim()
}
