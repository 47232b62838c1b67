import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The files that are, or are about to be, in the repository, by their path from its root. */
export interface Project {
  readonly root: string
  readonly paths: readonly string[]
  /** Contents as text; read once. */
  text(path: string): string
  has(path: string): boolean
}

/** One rule that every commit keeps. `reason` follows each finding, so that whoever meets it knows why. */
export interface Check {
  readonly name: string
  readonly reason: string
  /** `path:line: what`, one for each violation. */
  find(project: Project): string[] | Promise<string[]>
}

export function readProject(root: string): Project {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const paths = listed.split('\0').filter(path => path !== '' && existsSync(join(root, path)))
  return projectOf(root, paths, path => readFileSync(join(root, path), 'utf8'))
}

export function projectOf(root: string, paths: readonly string[], read: (path: string) => string): Project {
  const texts = new Map<string, string>()
  const known = new Set(paths)
  return {
    root,
    paths,
    has: path => known.has(path),
    text(path) {
      const text = texts.get(path) ?? read(path)
      texts.set(path, text)
      return text
    },
  }
}

/** A project that exists only in memory, for the tests of the checks. */
export function projectFrom(files: Readonly<Record<string, string>>): Project {
  return projectOf('.', Object.keys(files), path => files[path] ?? '')
}

/** Every match of `pattern` in the file, with its line counted from 1. */
export function* matches(text: string, pattern: RegExp): Generator<{ match: RegExpExecArray; line: number }> {
  let line = 1
  let counted = 0
  for (const match of text.matchAll(pattern)) {
    line += text.slice(counted, match.index).split('\n').length - 1
    counted = match.index
    yield { match, line }
  }
}
