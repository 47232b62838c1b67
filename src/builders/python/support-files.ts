import { copyFileSync, cpSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { sitePackages } from './app-layout.ts'
import type { InstallContext } from './install-context.ts'
import { installWheels } from './install-wheels.ts'

/** Where our own files lie in the work environment. */
const OWN_FILES = 'share/flavor'

/**
 * What every package may need without saying so: roots of trust and time zones for machines that have none. They are locked with the
 * rest and taken only where nothing else brings them.
 */
export const SUPPORT_PACKAGES: readonly string[] = ['certifi', 'tzdata']

/**
 * Puts roots of trust into `tree`, as a file that nobody imports by accident.
 * @returns its place, relative to the work environment
 */
export async function addRoots(context: InstallContext, tree: string): Promise<string> {
  const support = await installSupport(context)
  const place = join(tree, OWN_FILES)
  ensureDirectory(place)
  copyFileSync(join(support, 'certifi/cacert.pem'), join(place, 'cacert.pem'))
  const [licence] = globSync('certifi-*.dist-info/{,licenses/}LICENSE*', { cwd: support })
  if (licence !== undefined) copyFileSync(join(support, licence), join(place, 'cacert.LICENSE'))
  return `${OWN_FILES}/cacert.pem`
}

/** Installs the time zones beside the modules that ask for them; `zoneinfo` looks there when the system has none. */
export async function addZones(context: InstallContext, tree: string): Promise<void> {
  const support = await installSupport(context)
  const site = join(tree, sitePackages(context.interpreter))
  for (const path of globSync('tzdata*', { cwd: support }))
    cpSync(join(support, path), join(site, path), { recursive: true })
}

async function installSupport(context: InstallContext): Promise<string> {
  const prefix = join(context.staging, 'support')
  const packages = context.lock.resolutions
    .filter(({ purpose }) => purpose === 'support')
    .flatMap(found => found.packages)
  await installWheels({ packages, wheels: [], prefix }, context)
  return join(prefix, sitePackages(context.interpreter))
}
