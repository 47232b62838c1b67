import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../tools/run-command.ts'
import { searchPath } from '../../tools/search-path.ts'
import type { Environment } from '../../tools/tool.ts'

/** Variables that would make uv work for another environment than ours, or Python for other files. */
const REMOVED = [
  /^UV_(PYTHON|SYSTEM_PYTHON|BREAK_SYSTEM_PACKAGES|PROJECT|PROJECT_ENVIRONMENT|WORKING_DIR|WORKING_DIRECTORY|COMPILE_BYTECODE)$/,
  /^UV_(REQUIRE_HASHES|NO_VERIFY_HASHES|LINK_MODE|VENV_\w+|NO_BUILD_ISOLATION|EDITABLE|LOCKED|FROZEN|NO_SYNC|DEV|NO_DEV)$/,
  /^(VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|__PYVENV_LAUNCHER__)$/,
  // Not PYTHONUTF8 and its like: those say how the user's terminal speaks.
  /^PYTHON(PATH|HOME|USERBASE|PLATLIBDIR|STARTUP|PYCACHEPREFIX|OPTIMIZE|NOUSERSITE|SAFEPATH|EXECUTABLE|WARNINGS|INSPECT)$/,
]

/** What of uv's own settings says where packages come from; any of them and pip's are not asked. */
const INDEX_VARIABLES = [
  'UV_DEFAULT_INDEX',
  'UV_INDEX',
  'UV_INDEX_URL',
  'UV_EXTRA_INDEX_URL',
  'UV_NO_INDEX',
  'UV_FIND_LINKS',
]
const INDEX_SETTING =
  /^\s*(index|index-url|extra-index-url|default-index|find-links|no-index)\s*=|^\s*\[\[(tool\.uv\.)?index\]\]/m

/** Settings of pip with what uv calls them. uv reads neither pip.conf nor PIP_*. */
const TRANSLATIONS: Readonly<
  Record<string, { readonly variable: string; readonly separator?: string; readonly isIndex?: true }>
> = {
  'index-url': { variable: 'UV_DEFAULT_INDEX', isIndex: true },
  'extra-index-url': { variable: 'UV_INDEX', separator: ' ', isIndex: true },
  'find-links': { variable: 'UV_FIND_LINKS', separator: ',', isIndex: true },
  'no-index': { variable: 'UV_NO_INDEX', isIndex: true },
  'trusted-host': { variable: 'UV_INSECURE_HOST', separator: ' ' },
  cert: { variable: 'SSL_CERT_FILE' },
  'client-cert': { variable: 'SSL_CLIENT_CERT' },
  proxy: { variable: 'ALL_PROXY' },
  timeout: { variable: 'UV_HTTP_TIMEOUT' },
}

/**
 * The environment that uv runs in: the user's, with the index settings of their pip where they have told uv nothing, and without
 * what would steer it elsewhere.
 */
export async function uvEnvironment(environment: Environment, directory: string): Promise<Environment> {
  const own = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !REMOVED.some(pattern => pattern.test(name))),
  )
  return {
    ...translatePip(await pipSettings(environment), own, knowsIndex(environment, directory)),
    ...own,
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    NO_COLOR: '1',
    // What a build backend stamps into a wheel; 1980 is the first year that a zip archive knows.
    SOURCE_DATE_EPOCH: environment.SOURCE_DATE_EPOCH ?? '315532800',
    PYTHONHASHSEED: '0',
  }
}

/** pip's settings as uv's variables. `settings` are pairs of a key without its section, and a value. */
export function translatePip(
  settings: readonly (readonly [key: string, value: string])[],
  own: Environment,
  knowsIndex: boolean,
): Record<string, string> {
  const translated: Record<string, string> = {}
  for (const [key, value] of settings) {
    const { variable, separator, isIndex } = TRANSLATIONS[key] ?? {}
    if (variable === undefined || value.trim() === '') continue
    if (own[variable] !== undefined || (isIndex === true && knowsIndex)) continue
    // pip separates several with blanks or line ends.
    translated[variable] = separator === undefined ? value.trim() : value.trim().split(/\s+/).join(separator)
  }
  return translated
}

/** Whether the user has told uv where packages are, by a variable or in one of the files that it reads. */
function knowsIndex(environment: Environment, directory: string): boolean {
  if (INDEX_VARIABLES.some(name => environment[name] !== undefined)) return true
  const config =
    environment.XDG_CONFIG_HOME ?? (environment.HOME === undefined ? undefined : join(environment.HOME, '.config'))
  const files = [
    environment.UV_CONFIG_FILE,
    join(directory, 'uv.toml'),
    config === undefined ? undefined : join(config, 'uv', 'uv.toml'),
    '/etc/uv/uv.toml',
  ]
  const named = files.some(
    path => path !== undefined && existsSync(path) && INDEX_SETTING.test(readFileSync(path, 'utf8')),
  )
  return named || hasUvIndex(join(directory, 'pyproject.toml'))
}

function hasUvIndex(path: string): boolean {
  if (!existsSync(path)) return false
  const sections = readFileSync(path, 'utf8').split(/^(?=\s*\[)/m)
  return sections.some(section => /^\s*\[+tool\.uv(\.pip|\.index)?\]/.test(section) && INDEX_SETTING.test(section))
}

/** Asks pip, which knows its files, their order and their sections. Without a pip there are no settings of one. */
async function pipSettings(environment: Environment): Promise<[key: string, value: string][]> {
  for (const python of ['python3', 'python'].flatMap(name => searchPath(name, environment))) {
    const result = await runCommand([python], ['-m', 'pip', 'config', 'list'], { environment })
    if (result.ok) return parsePipConfig(result.stdout)
  }
  return []
}

/** Lines such as `global.index-url='…'` and `:env:.index-url='…'`; what comes later, and the variables, win. */
export function parsePipConfig(text: string): [key: string, value: string][] {
  const settings = text.split('\n').flatMap(line => {
    const match = /^(:env:|global|install|download|wheel)\.([\w-]+)=(['"])(.*)\3$/.exec(line.trim())
    if (match === null) return []
    const [, section, key = '', , value = ''] = match
    return [{ rank: section === ':env:' ? 2 : section === 'global' ? 0 : 1, key, value: value.replaceAll('\\n', '\n') }]
  })
  return settings.sort((a, b) => a.rank - b.rank).map(({ key, value }) => [key, value])
}
