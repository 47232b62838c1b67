/** A command of an installed distribution. */
export interface EntryPoint {
  readonly name: string
  readonly module: string
  /** Perhaps with dots: `App.main`. */
  readonly attribute: string
}

const SCRIPT_GROUPS = ['console_scripts', 'gui_scripts']

/** The commands of an `entry_points.txt`; lines that name no function are passed over, as installers do. */
export function parseEntryPoints(text: string): EntryPoint[] {
  let group = ''
  const found: EntryPoint[] = []
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]
    if (section !== undefined) group = section.trim()
    else if (SCRIPT_GROUPS.includes(group)) found.push(...parseEntryPoint(line))
  }
  return found
}

function parseEntryPoint(line: string): EntryPoint[] {
  const [, name, reference] = /^\s*([^=#;]+?)\s*=\s*(.+?)\s*$/.exec(line) ?? []
  return name === undefined || reference === undefined ? [] : parseReference(name, reference)
}

/** `module:attribute`, perhaps followed by extras in brackets. */
export function parseReference(name: string, reference: string): EntryPoint[] {
  const [, module, attribute] = /^([\w.]+)\s*:\s*([\w.]+)\s*(?:\[.*\])?$/.exec(reference.trim()) ?? []
  return module === undefined || attribute === undefined ? [] : [{ name, module, attribute }]
}

/**
 * How scripts of the package begin. A first line with the interpreter's path would break where that holds a blank, or is longer than
 * 127 bytes (Linux before 5.1; a cache in a home directory comes close). To the shell these lines are one `exec` of the interpreter beside
 * the script, to Python a text. The path is not written into them: a shell would run what a hostile one holds in backticks.
 */
export const SCRIPT_START = `#!/bin/sh
'''exec' "\${0%/*}/python3" "$0" "$@"
' '''
`

/**
 * A script as installers write it, for an interpreter that lies beside it (spec §6.5). The guard
 * lets `multiprocessing` import it in a child.
 */
export function consoleScript({ module, attribute }: EntryPoint): string {
  const [imported] = attribute.split('.')
  return `${SCRIPT_START}import sys
from ${module} import ${imported}
if __name__ == "__main__":
    sys.exit(${attribute}())
`
}
