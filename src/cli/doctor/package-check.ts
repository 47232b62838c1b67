import { platformOf } from '../../format/platform.ts'
import { checkPlatform, machineLibc } from '../../launch/platform-check.ts'
import { openPackage, type PackageFile } from '../../package/package-file.ts'
import { type Check, failedCheck } from './check.ts'

/** Whether one package can run here: its structure, its signature, its platform and its C library. */
export function packageChecks(path: string): Check[] {
  let pkg: PackageFile
  try {
    pkg = openPackage(path)
  } catch (error) {
    return [failedCheck('package', error)]
  }
  try {
    const { name, version } = pkg.metadata.package
    return [{ name: 'package', status: 'ok', detail: `${name} ${version}, signed` }, platformLine(pkg)]
  } finally {
    pkg.close()
  }
}

function platformLine({ metadata }: PackageFile): Check {
  const platform = platformOf(process.platform, process.arch)
  const libc = machineLibc()
  try {
    if (platform !== undefined) checkPlatform(metadata, { ...platform, ...(libc === undefined ? {} : { libc }) })
    const needs = metadata.platforms?.map(one =>
      [one.os, one.arch, one.libc, one.libc_version].filter(Boolean).join(' '),
    )
    const detail = needs === undefined ? 'wherever its launcher does' : needs.join(', ')
    return { name: 'runs here', status: 'ok', detail }
  } catch (error) {
    return failedCheck('runs here', error)
  }
}
