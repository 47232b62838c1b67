import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory } from '../../files/ensure-directory.ts'

/**
 * setuptools leaves `build/` and `*.egg-info` in a project, and takes into a wheel what an earlier build left there, files that are gone
 * by now included. This is its own setting for another place.
 * @returns variables for a process that runs build backends
 */
export function setuptoolsElsewhere(directory: string): Record<string, string> {
  const config = join(directory, 'setuptools.cfg')
  const [build, metadata] = ['build', 'egg-info'].map(name => join(directory, name))
  for (const path of [build, metadata]) if (path !== undefined) ensureDirectory(path)
  writeFileSync(config, `[build]\nbuild_base = ${build}\n\n[egg_info]\negg_base = ${metadata}\n`)
  return { DIST_EXTRA_CONFIG: config }
}
