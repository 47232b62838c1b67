import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The directory that holds our package.json: a checkout, or the package as npm installed it. This module stands two levels below it
 * in all three forms in which it runs: `src/tools/`, `dist/tools/` and the bundle in `.cache/flavor/`.
 */
export function installationRoot(): string {
  return join(import.meta.dirname, '..', '..')
}

/** The npm packages that bring the one Node that everything runs on: name (one per platform) to exact version. */
export function pinnedNodePackages(): Readonly<Record<string, string>> {
  const text = readFileSync(join(installationRoot(), 'package.json'), 'utf8')
  const manifest = JSON.parse(text) as { optionalDependencies: Record<string, string> }
  // A release names the packages of prebuilt launchers beside them.
  return Object.fromEntries(Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-')))
}
