import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The directory that holds our package.json: a checkout, or the package as npm installed it. This module stands two levels below it
 * in all three forms in which it runs: `src/tools/`, `dist/tools/` and the bundle in `.cache/flavor/`.
 */
export function installationRoot(): string {
  return join(import.meta.dirname, '..', '..')
}

/** What package.json says about this installation: the one source of the version and of the Node that everything runs on. */
export interface Installation {
  readonly version: string
  /** Names and exact versions of the packages that bring the pinned Node, one per platform. */
  readonly nodePackages: Readonly<Record<string, string>>
}

let installation: Installation | undefined

export function readInstallation(): Installation {
  if (installation === undefined) {
    const text = readFileSync(join(installationRoot(), 'package.json'), 'utf8')
    const manifest = JSON.parse(text) as { version: string; optionalDependencies: Record<string, string> }
    installation = { version: manifest.version, nodePackages: manifest.optionalDependencies }
  }
  return installation
}
