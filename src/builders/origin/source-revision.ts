import { statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { PlannedSources } from '../../package/origin/planned-origin.ts'
import { runCommand } from '../../tools/run-command.ts'
import type { Environment } from '../../tools/tool.ts'
import { isBuildSource, isPackage } from '../python/source-fingerprint.ts'

/** Which state of a repository a package was made from. */
export interface SourceRevision {
  /** Hex, of the commit that is checked out: SHA-1, or SHA-256 where the repository has that. */
  readonly commit: string
  /** Whether the sources differ from that commit. */
  readonly isDirty: boolean
}

/**
 * The revision of a project in a git checkout; undefined where there is none, or no git. Neither the address of a remote nor a branch is
 * told: they are names that one user's clone has.
 */
export async function sourceRevision(
  sources: PlannedSources,
  environment: Environment,
): Promise<SourceRevision | undefined> {
  const { directory } = sources
  const git = (...args: string[]) =>
    runCommand(['git', ...SAFE], args, { environment: neutral(environment), directory })
  const found = await git('rev-parse', '--show-toplevel', 'HEAD')
  const [top = '', commit = ''] = found.stdout.trim().split('\n')
  if (!found.ok || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) return undefined
  const paths = sources.paths
    .map(path => relative(top, resolve(directory, path)) || '.')
    .filter(path => !path.startsWith('..'))
  const args = [
    'status',
    '--porcelain',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--',
    ...paths.map(path => `:(top,literal)${path}`),
  ]
  const status = await git(...args)
  if (!status.ok) return undefined
  const changed = status.stdout.split('\0').flatMap(line => (line === '' ? [] : [resolve(top, line.slice(3))]))
  return { commit, isDirty: changed.some(path => isSource(path, directory)) }
}

/** The checkout may be another user's, as in a container; no program that it names is run to look at it. */
const SAFE = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '--no-optional-locks'] as const

/** Variables of git point to other repositories, and a hook that runs flavor sets some. */
function neutral(environment: Environment): Environment {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}

/** What packing and builds write among the sources does not make them other sources. */
function isSource(path: string, directory: string): boolean {
  const within = relative(directory, path).replaceAll('\\', '/')
  if (!within.startsWith('..') && !isBuildSource(within)) return false
  const stat = statSync(path, { throwIfNoEntry: false })
  return !stat?.isFile() || !isPackage(path, stat.size)
}
