import type { InstalledPython } from './installed-python.ts'

/** Prefixes that belong to every machine: what lies below them is no private path, and most of it is not the interpreter's. */
export const SYSTEM_PREFIXES: readonly string[] = ['/usr', '/usr/local']

/**
 * The module from which `sysconfig` reads how the interpreter was built, with the prefix taken from where it runs now and the place
 * where it was compiled blanked. Same values, same bytes.
 */
export function renderSysconfigData(python: InstalledPython): string {
  const rows = Object.entries(python.config)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `    ${literal(name)}: ${typeof value === 'number' ? value : expression(value, python)},\n`)
  return `import sys as _sys\n_prefix = _sys.base_prefix\nbuild_time_vars = {\n${rows.join('')}}\n`
}

/** A Python expression for a value: its prefix is an addition, the rest are literals. */
function expression(value: string, python: InstalledPython): string {
  const parts = splitAtPrefix(blankBuildPlace(value, python), python)
  const terms = parts.flatMap((part, position) => [
    ...(position > 0 ? ['_prefix'] : []),
    ...(part === '' ? [] : [literal(part)]),
  ])
  return terms.length === 0 ? '""' : terms.join(' + ')
}

function splitAtPrefix(value: string, python: InstalledPython): string[] {
  const { prefix } = python
  if (!SYSTEM_PREFIXES.includes(prefix)) return value.split(prefix)
  const own = [python.stdlib, `${prefix}/include/${pythonName(python)}`, `${prefix}/bin/${pythonName(python)}`]
  const isOwn = value === prefix || own.some(place => value === place || value.startsWith(`${place}/`))
  return isOwn ? ['', value.slice(prefix.length)] : [value]
}

/** Where it was compiled: a temporary directory of somebody's machine; empty where that is not known. */
export function buildPlace(python: InstalledPython): string {
  const place = python.config.abs_srcdir
  return typeof place === 'string' && place.startsWith('/') ? place : ''
}

function blankBuildPlace(value: string, python: InstalledPython): string {
  const places = [buildPlace(python), python.config.abs_builddir]
  return places.reduce<string>(
    (text, place) => (typeof place === 'string' && place.length > 1 ? text.replaceAll(place, '/build') : text),
    value,
  )
}

function pythonName(python: InstalledPython): string {
  return `python${python.version.split('.').slice(0, 2).join('.')}${python.abiflags}`
}

/** JSON's escapes are Python's too, but for pairs of surrogates. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[\ud800-\udbff][\udc00-\udfff]/g, pair => {
    return `\\U${(pair.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
  })
}
