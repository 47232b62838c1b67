import { CHOOSER } from './chooser.ts'
import type { PythonDemand } from './python-demand.ts'

/** Exit code where no Python of the machine serves: that of a launcher whose platform is wrong (spec §8.5). */
export const NO_PYTHON_EXIT = 110
/** Names of versions that are not out yet cost one look into each directory of PATH, and only where all others failed. */
const NEWER_NAMES = 8

/**
 * `{workenv}/bin/python3` of a package without an interpreter: finds the user's and becomes it (docs/python.md). It stands where the
 * interpreter stands in other packages, so scripts and children find it in the same way. Relative directories of PATH do not count:
 * what lies in the current directory was not chosen by anybody.
 */
export function startScript(demand: PythonDemand): string {
  return `#!/bin/sh
# Becomes a Python of this machine that serves the package, in a virtual environment that leads to the package's files.
root=\${0%/bin/*}
chooser=${CHOOSER}
seen=
for name in ${programNames(demand).join(' ')}; do
  rest=$PATH:
  while [ -n "$rest" ]; do
    place=\${rest%%:*}
    rest=\${rest#*:}
    case $place in /*) ;; *) continue ;; esac
    program=$place/$name
    [ -f "$program" ] && [ -x "$program" ] || continue
    # A start script, of this package or of another: it would look for us.
    [ -e "$place/../$chooser" ] && continue
    answer=$("$program" -I -S -B "$root/$chooser" "$root" </dev/null 2>/dev/null) || answer="no $program does not run"
    case $answer in
    'use '*) exec "\${answer#use }/bin/python3" "$@" ;;
    'no '*) fault=\${answer#no } ;;
    *) fault="$program is no CPython 3" ;;
    esac
    case ", $seen, " in *", $fault, "*) ;; *) seen=\${seen:+$seen, }$fault ;; esac
  done
done
echo "\${FLAVOR_COMMAND_NAME:-python3}: no Python on PATH serves: found \${seen:-none}; expected ${demand.text}; install one, or put its directory on PATH" >&2
exit ${NO_PYTHON_EXIT}
`
}

/** The version whose bytecode the package has is first, then what the machine calls its Python. */
function programNames({ minor: [major, minor], soabi }: PythonDemand): string[] {
  const newer = soabi === undefined ? Array.from({ length: NEWER_NAMES }, (_, at) => minor + 1 + at) : []
  return [`python${major}.${minor}`, `python${major}`, 'python', ...newer.map(other => `python${major}.${other}`)]
}
