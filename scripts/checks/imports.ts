import { posix } from 'node:path'
import { type Check, matches, type Project } from './project.ts'

/** What each room of src/ may import, nearest first (docs/architecture.md). A room always may import itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  format: [],
  files: [],
  crypto: ['files', 'format'],
  codecs: ['crypto', 'format'],
  package: ['codecs', 'crypto', 'files', 'format'],
  manifest: ['format'],
  workenv: ['package', 'codecs', 'crypto', 'files', 'format'],
  trust: ['workenv', 'crypto', 'files', 'format'],
  launch: ['trust', 'workenv', 'package', 'codecs', 'crypto', 'files', 'format'],
  tools: ['crypto', 'files', 'format'],
  builders: ['manifest', 'trust', 'package', 'tools', 'codecs', 'crypto', 'files', 'format'],
  cli: [
    'builders',
    'launch',
    'trust',
    'workenv',
    'manifest',
    'package',
    'tools',
    'codecs',
    'crypto',
    'files',
    'format',
  ],
}

/** Files directly under src/: what everyone may import, and the library's surface. */
const VERSION = 'src/version.ts'

/** Modules that touch the world: src/format takes bytes and gives values, so that it can be proven by vectors alone. */
const IMPURE =
  /^node:(fs|fs\/promises|net|http|https|tls|dns|child_process|os|process|worker_threads|cluster|timers.*)$/

const STATEMENT =
  /^\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

export interface Import {
  readonly from: string
  readonly line: number
  /** As written: `node:fs`, `cac`, `../format/limits.ts`. */
  readonly specifier: string
  /** Path from the root where the specifier is relative. */
  readonly to: string | undefined
  /** Evaluated before the importing module: neither `import type` nor `import()`. */
  readonly eager: boolean
}

export function importsOf(project: Project, path: string): Import[] {
  return [...matches(project.text(path), STATEMENT)].map(({ match, line }) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
    return { from: path, line, specifier, to, eager: match[3] === undefined && !/^\s*\w+ type\b/.test(match[0]) }
  })
}

export const importDirection: Check = {
  name: 'imports point one way',
  reason: 'a lower layer that knows a higher one cannot be read, tested or reused alone (docs/architecture.md)',
  find: project => sources(project).flatMap(path => importsOf(project, path).flatMap(violation)),
}

function violation(found: Import): string[] {
  const room = roomOf(found.from)
  const at = `${found.from}:${found.line}`
  if (room === 'format' && IMPURE.test(found.specifier)) return [`${at}: format/ imports ${found.specifier}`]
  if (found.to === undefined || found.to === VERSION) return []
  const target = roomOf(found.to)
  if (found.from.startsWith('launchers/')) {
    const allowed =
      found.to.startsWith('launchers/') || (target !== undefined && target !== 'cli' && target !== 'builders')
    return allowed ? [] : [`${at}: a launcher imports ${found.to}`]
  }
  if (found.from === 'src/index.ts') return target === 'cli' ? [`${at}: the library imports the command line`] : []
  if (room === undefined || target === room) return []
  if (target === undefined) return [`${at}: ${room}/ imports ${found.to}, which is in no room`]
  return ROOMS[room]?.includes(target) === true ? [] : [`${at}: ${room}/ imports ${target}/ (${found.specifier})`]
}

function roomOf(path: string): string | undefined {
  const room = /^src\/([^/]+)\//.exec(path)?.[1]
  return room !== undefined && room in ROOMS ? room : undefined
}

export const roomsKnown: Check = {
  name: 'every source has its room',
  reason:
    'a file outside of the rooms escapes the rule of imports; add the room to docs/architecture.md and scripts/checks/imports.ts',
  find: project =>
    sources(project)
      .filter(path => path.startsWith('src/') && roomOf(path) === undefined)
      .filter(path => path !== VERSION && path !== 'src/index.ts'),
}

export const noCycles: Check = {
  name: 'no import cycles',
  reason: 'modules that import each other are one module in two files, and their order of evaluation is luck',
  find(project) {
    const eager = (path: string) => importsOf(project, path).filter(found => found.eager)
    const graph = new Map(sources(project).map(path => [path, eager(path).flatMap(({ to }) => to ?? [])]))
    const findings: string[] = []
    const done = new Set<string>()
    const visit = (path: string, trail: readonly string[]): void => {
      const start = trail.indexOf(path)
      if (start >= 0) findings.push([...trail.slice(start), path].join(' -> '))
      if (start >= 0 || done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
    return findings
  },
}

function sources(project: Project): string[] {
  return project.paths.filter(path => /^(src|launchers)\/.*\.ts$/.test(path))
}
