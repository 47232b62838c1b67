import type { PackagePlatform } from './metadata.ts'

/** A system and a processor by the names that packages use (spec §5.3). */
export type Platform = Pick<PackagePlatform, 'os' | 'arch'>

const SYSTEMS: Readonly<Record<string, Platform['os']>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }
const PROCESSORS: Readonly<Record<string, Platform['arch']>> = { x64: 'amd64', arm64: 'arm64' }

/** The platform that Node calls `system` and `processor`; undefined for one that packages have no name for. */
export function platformOf(system: string, processor: string): Platform | undefined {
  const [os, arch] = [SYSTEMS[system], PROCESSORS[processor]]
  return os === undefined || arch === undefined ? undefined : { os, arch }
}

/** Spec §5.5: `{platform}`, such as `linux_amd64`. */
export function platformName({ os, arch }: Platform): string {
  return `${os}_${arch}`
}
