import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nativePlatforms } from '../../src/builders/launcher/native/native-targets.ts'
import { writeBill } from '../../src/builders/origin/cyclonedx.ts'
import { launcherComponent } from '../../src/builders/origin/launcher-components.ts'
import { packageUrl } from '../../src/builders/origin/package-url.ts'
import { platformName } from '../../src/format/platform.ts'
import type { PlannedComponent } from '../../src/package/origin/planned-origin.ts'
import { VERSION } from '../../src/version.ts'

interface LockedPackage {
  readonly version: string
  /** `sha512-` and base64. */
  readonly integrity?: string
  readonly license?: string
  /** Only for those who change flavor. */
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** The bill of materials of a release: the npm packages that the lock file names, and the launchers with their crates. */
export async function releaseBill(
  root: string,
  launchers: readonly Launcher[],
  timestamp?: number,
): Promise<Uint8Array> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as PackageLock
  const { components, dependsOn } = npmComponents(lock)
  const native = launchers.map(releasedLauncher)
  const crates = new Map(native.flatMap(({ parts = [] }) => parts.map(part => [part.ref, part] as const)))
  return writeBill({
    package: { name: 'flavor', version: VERSION },
    components: [...components, ...native.map(({ parts: _, ...launcher }) => launcher), ...crates.values()],
    dependsOn: [...dependsOn, ...native.map(({ ref }) => ref)],
    ...(timestamp === undefined ? {} : { timestamp }),
  })
}

/** What an installation of flavor may consist of, each with what it needs. */
export function npmComponents({ packages }: PackageLock): { components: PlannedComponent[]; dependsOn: string[] } {
  const kept = Object.entries(packages).filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
  const refs = new Map(kept.map(([path, { version }]) => [path, `npm:${nameOf(path)}@${version}`]))
  const needs = (from: string): string[] => {
    const { dependencies, optionalDependencies } = packages[from] ?? {}
    return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap(
      name => refs.get(nearest(from, name, refs)) ?? [],
    )
  }
  const components = kept.map(([path, { version, integrity, license }]): PlannedComponent => {
    const name = nameOf(path)
    return {
      ref: `npm:${name}@${version}`,
      type: 'library',
      name,
      version,
      purl: packageUrl('npm', name, version),
      ...(integrity === undefined ? {} : { sha512: hexIntegrity(integrity) }),
      ...(license === undefined ? {} : { licence: license }),
      dependsOn: needs(path),
    }
  })
  return { components: [...new Map(components.map(one => [one.ref, one])).values()], dependsOn: needs('') }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Where a package finds another: beside its own, or in a directory above. */
function nearest(from: string, name: string, refs: ReadonlyMap<string, string>): string {
  for (let base = from; base !== ''; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const path = `${base}/node_modules/${name}`
    if (refs.has(path)) return path
  }
  return `node_modules/${name}`
}

function hexIntegrity(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
}

function releasedLauncher({ tool, toolVersion, sha256, size, platform }: Launcher): PlannedComponent {
  const target = nativePlatforms().find(known => platformName(known) === platform)
  const component = launcherComponent({ tool, toolVersion, size, checksum: sha256 }, target)
  return { ...component, ref: `launcher:${platform}`, properties: { 'flavor:platform': platform } }
}
