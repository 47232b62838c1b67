import { fieldError, type ManifestSource } from './manifest-source.ts'

export interface OfferedCommands {
  /** Script names with their `module:function`. */
  readonly scripts: ReadonlyMap<string, string>
  /** `[tool.flavor] entry_point`. */
  readonly entryPoint: string | undefined
  /** Names of the package, the preferred one first. */
  readonly names: readonly string[]
}

export interface ChosenCommand {
  readonly scripts: ReadonlyMap<string, string>
  readonly defaultScript: string
}

const REFERENCE = /^[\w.]+ *: *[\w.]+$/

/**
 * What the package runs by default: the entry point, else the script that is named like the package, else the only one.
 * @throws ManifestError MANIFEST_COMMAND
 */
export function chooseCommand(offered: OfferedCommands, source: ManifestSource): ChosenCommand {
  const { scripts, entryPoint, names } = offered
  if (entryPoint !== undefined) return named(entryPoint, offered, source)
  const own = names.map(spelling).flatMap(name => [...scripts.keys()].find(script => spelling(script) === name) ?? [])
  const [only, ...others] = scripts.keys()
  const defaultScript = own[0] ?? (others.length === 0 ? only : undefined)
  if (defaultScript !== undefined) return { scripts, defaultScript }
  throw undecided(offered, source)
}

function named(entryPoint: string, offered: OfferedCommands, source: ManifestSource): ChosenCommand {
  const { scripts, names } = offered
  if (scripts.has(entryPoint)) return { scripts, defaultScript: entryPoint }
  const field = ['tool', 'flavor', 'entry_point']
  const got = JSON.stringify(entryPoint)
  if (!REFERENCE.test(entryPoint)) {
    const want = ['"module:function"', ...[...scripts.keys()].map(name => JSON.stringify(name))].join(' or ')
    throw fieldError('MANIFEST_COMMAND', source, field, { got, want })
  }
  const target = entryPoint.replaceAll(' ', '')
  const existing = [...scripts].find(([, script]) => script.replaceAll(' ', '') === target)
  if (existing !== undefined) return { scripts, defaultScript: existing[0] }
  const defaultScript = names[0] ?? 'main'
  const taken = scripts.get(defaultScript)
  if (taken === undefined) return { scripts: new Map([...scripts, [defaultScript, target]]), defaultScript }
  const want = `${JSON.stringify(taken)}, as the script ${defaultScript} has it`
  const hint = 'remove the entry point, or give the script or the package another name'
  throw fieldError('MANIFEST_COMMAND', source, field, { got, want, hint })
}

function undecided(offered: OfferedCommands, source: ManifestSource) {
  const names = [...offered.scripts.keys()]
  if (names.length === 0) {
    const message = 'there is nothing to run: neither tool.flavor.entry_point nor project.scripts'
    const hint = 'add `entry_point = "module:function"` under [tool.flavor], or a script under [project.scripts]'
    const text = { got: 'nothing', want: 'an entry point or a script', hint, message }
    return fieldError('MANIFEST_COMMAND', source, ['project', 'scripts'], text)
  }
  const message = `none of the scripts ${names.join(', ')} is named like the package`
  const hint = `choose one: add \`entry_point = ${JSON.stringify(names[0])}\` under [tool.flavor]`
  const text = { got: `${names.length} scripts`, want: 'an entry point', hint, message }
  return fieldError('MANIFEST_COMMAND', source, ['project', 'scripts'], text)
}

/** PEP 503 calls two names one that differ only in case and in runs of `-`, `_` and `.`. */
function spelling(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}
