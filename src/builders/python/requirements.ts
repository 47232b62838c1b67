import { isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One line of a resolution: exactly one version of one package, with the hashes of all of its files. */
export interface LockedRequirement {
  /** `httpie==3.2.4`, perhaps with `; marker`, or `name @ url`. */
  readonly requirement: string
  /** `sha256:…`, sorted. Empty only where a commit names the content. */
  readonly hashes: readonly string[]
}

/** What uv resolved: packages of the index, and directories of the user's own machine. */
export interface Resolution {
  readonly packages: readonly LockedRequirement[]
  /** Absolute paths. */
  readonly directories: readonly string[]
}

const GIT_COMMIT = /@[0-9a-f]{40}(?:$|[#?])/

/** Reads what `uv pip compile` and `uv export` write in the requirements format. */
export function parseRequirements(text: string, directory: string): Resolution {
  const lines = text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map(line => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('--'))
  const packages: LockedRequirement[] = []
  const directories: string[] = []
  for (const line of lines) {
    const [head = '', ...hashes] = line.split(/\s+--hash=/)
    const requirement = head.replace(/^-e\s+/, '').trim()
    const path = localPath(requirement, directory)
    if (path !== undefined && hashes.length === 0) directories.push(path)
    else packages.push({ requirement, hashes: hashes.map(hash => hash.trim()).sort() })
  }
  return { packages, directories }
}

/** The absolute path where a requirement is one on this machine: `./libs/a`, `libs/a`, `a @ file:///…`. */
function localPath(requirement: string, directory: string): string | undefined {
  const [bare = ''] = requirement.split(/\s*;/)
  const url = /^(?:[\w.-]+(?:\[[^\]]*\])?\s*@\s*)?(file:[^\s#]+)/.exec(bare)?.[1]
  if (url !== undefined) return fileURLToPath(url)
  if (/[=@<>~!]/.test(bare) || !/[/\\]|^\.+$/.test(bare)) return undefined
  return resolve(directory, bare)
}

/** The requirements format again, for `uv pip install --require-hashes`. */
export function formatRequirements(packages: readonly LockedRequirement[]): string {
  return packages
    .map(({ requirement, hashes }) => `${[requirement, ...hashes.map(hash => `--hash=${hash}`)].join(' ')}\n`)
    .join('')
}

/** The requirements that neither hashes nor a commit pin: what they bring tomorrow is anybody's guess. */
export function unpinned(packages: readonly LockedRequirement[]): readonly string[] {
  return packages
    .filter(({ requirement, hashes }) => hashes.length === 0 && !GIT_COMMIT.test(requirement))
    .map(({ requirement }) => requirement)
}

/** `My.Package[extra] >=1 ; marker` is about `my-package` (PEP 503). */
export function requirementName(requirement: string): string {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(requirement)?.[1] ?? requirement
  return normalName(name)
}

export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

/** A path as a lock file holds it: relative to the manifest, with `/`. */
export function portablePath(path: string, directory: string): string {
  const text = isAbsolute(path) ? relative(directory, path) : path
  return text.replaceAll('\\', '/') || '.'
}

export function absolutePath(path: string, directory: string): string {
  return join(directory, path)
}
