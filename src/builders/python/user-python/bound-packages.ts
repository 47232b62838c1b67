import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledDistribution } from '../installed-files.ts'
import type { LockedRequirement } from '../requirements.ts'

/** A wheel that any CPython 3 of its minimum or newer runs: `py3-none-any`, `py38-none-any`. */
const FREE = /^Tag:\s*py3\d*-none-any\s*$/m
/** Markers by which another version, or another implementation, would have got other packages. */
const VERSION_MARKER =
  /;.*\b(python_version|python_full_version|implementation_name|implementation_version|platform_python_implementation)\b/

/** Whether an installation serves only the minor version, the ABI and the platform that it was made for. */
export function isBoundTo(
  distributions: readonly Pick<InstalledDistribution, 'directory'>[],
  requirements: readonly Pick<LockedRequirement, 'requirement'>[],
): boolean {
  return (
    requirements.some(({ requirement }) => VERSION_MARKER.test(requirement)) ||
    distributions.some(({ directory }) => {
      const path = join(directory, 'WHEEL')
      return !existsSync(path) || !FREE.test(readFileSync(path, 'utf8'))
    })
  )
}
