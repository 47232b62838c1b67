import * as v from 'valibot'

const WANT = 'a version such as "3.11"'
const version = v.pipe(v.string(WANT), v.regex(/^\d+\.\d+(?:\.\d+)?$/, WANT))

/** Keys of `[tool.flavor.python]`. */
export const pythonVersions = {
  version: v.optional(version),
  min_version: v.optional(version),
  max_version: v.optional(version),
}

interface PythonVersions {
  readonly version?: string | undefined
  readonly min_version?: string | undefined
  readonly max_version?: string | undefined
}

/** All that the manifest says about the version of Python, as one PEP 440 specifier. `3.11` as a maximum includes 3.11.9. */
export function requiresPython(specifier: string | undefined, versions: PythonVersions): string | undefined {
  const { version, min_version, max_version } = versions
  const parts = [
    specifier?.trim(),
    version && (version.split('.').length === 3 ? `==${version}` : `==${version}.*`),
    min_version && `>=${min_version}`,
    max_version && (max_version.split('.').length === 3 ? `<=${max_version}` : `<${nextMinor(max_version)}`),
  ].filter(Boolean)
  return parts.length === 0 ? undefined : parts.join(',')
}

function nextMinor(version: string): string {
  const [major, minor] = version.split('.').map(Number)
  return `${major}.${(minor ?? 0) + 1}`
}
