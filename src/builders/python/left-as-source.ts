import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Tools that packages such as httpie depend on, and start seldom if ever: their bytecode would be 1.5 MB of each of them. */
const TOOLS = ['pip', 'setuptools']
/** Imported by programs that look up their own version, and with it parts of setuptools. */
const RUNTIME_PART = 'pkg_resources'
/**
 * Of the 500 languages that Pygments colours, those that programs show: their modules are compiled, and what these import. The others'
 * bytecode is 0.7 MB, and a program that shows one of them compiles it then (measured: 5 to 50 ms).
 */
const LEXERS: ReadonlySet<string> = new Set(
  (
    '__init__ _css_builtins _mapping _mysql_builtins _postgres_builtins _tsql_builtins agile c_cpp c_like configs console css data ' +
    'devops diff dotnet go html javascript jvm make markup perl php python ruby rust shell special sql templates text textfmts web'
  ).split(' '),
)

/** Files and directories of site-packages, absolute, that are shipped without bytecode (docs/python.md). */
export function leftAsSource(site: string): string[] {
  const needsSetuptools = existsSync(join(site, RUNTIME_PART))
  const tools = TOOLS.filter(name => name !== 'setuptools' || !needsSetuptools).map(name => join(site, name))
  const lexers = join(site, 'pygments', 'lexers')
  const modules = existsSync(lexers) ? readdirSync(lexers).filter(name => name.endsWith('.py')) : []
  const shown = withImports(lexers, new Set(modules))
  return [...tools, ...modules.filter(name => !shown.has(name)).map(name => join(lexers, name))]
}

/** Without what a lexer imports each start of httpie compiled eight modules, which cost 70 ms. */
function withImports(lexers: string, modules: ReadonlySet<string>): ReadonlySet<string> {
  const shown = new Set<string>()
  const waiting = [...LEXERS].map(name => `${name}.py`)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (shown.has(name) || !modules.has(name)) continue
    shown.add(name)
    const text = readFileSync(join(lexers, name), 'latin1')
    waiting.push(...[...text.matchAll(/\bpygments\.lexers\.(\w+) import\b/g)].map(([, module]) => `${module}.py`))
  }
  return shown
}
