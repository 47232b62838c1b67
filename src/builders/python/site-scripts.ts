import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DerivedFile } from '../../format/metadata.ts'
import { consoleScript, type EntryPoint, SCRIPT_START } from './entry-points.ts'

/** A first line that names the interpreter of this machine, or the two lines of shell for one whose path is too long for that. */
const SHEBANG = /^#!(?:\/bin\/sh\n'''exec' .*\n' '''\n|.*\n)/

/**
 * The scripts of an installation as files that are written where the package runs (spec §6.5), since their first line is an absolute
 * path. They are removed from `prefix`; what is in `bin` and names no interpreter of ours stays there.
 */
export function deriveScripts(prefix: string, entryPoints: readonly EntryPoint[], python: string): DerivedFile[] {
  const bin = join(prefix, 'bin')
  const templates = new Map(entryPoints.map(entry => [entry.name, consoleScript(entry)]))
  for (const name of existsSync(bin) ? readdirSync(bin) : []) {
    const template = templates.get(name) ?? scriptTemplate(join(bin, name), python)
    if (template === undefined) continue
    templates.set(name, template)
    rmSync(join(bin, name))
  }
  return [...templates]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, template]) => ({ path: `bin/${name}`, template, mode: '0755' }))
}

/** A script that a wheel brought: installers replace its `#!python` by the interpreter that they install for. */
function scriptTemplate(path: string, python: string): string | undefined {
  const text = readFileSync(path).toString('utf8')
  const first = SHEBANG.exec(text)?.[0]
  if (first === undefined || !first.includes(python)) return undefined
  return SCRIPT_START + text.slice(first.length)
}
