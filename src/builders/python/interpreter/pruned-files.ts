/**
 * What of an installed CPython is not shipped (docs/python.md, "Interpreters"). Everything else can be imported as before.
 * Paths are relative to the standard library.
 */
const PRUNED: readonly RegExp[] = [
  // Other people's: what was installed into this machine, and its hooks.
  /^(site|dist)-packages\//,
  /^(sitecustomize|usercustomize)\.py$/,
  /^EXTERNALLY-MANAGED$/,
  // Bytecode is compiled anew; the source's may be stale and depends on its place.
  /(^|\/)__pycache__\//,
  /\.py[co]$/,
  // Tests, and extension modules that only tests load.
  /(^|\/)(test|tests|idle_test)\//,
  /^(.*\/)?(_test\w*|_ctypes_test|_xxtestfuzz|xxlimited\w*|xxsubtype)\.[-\w.]*so$/,
  // Tk, and what draws with it: needs Tcl's own library and a display's twenty more.
  /^(idlelib|turtledemo|tkinter)\//,
  /^turtle\.py$/,
  /^(.*\/)?_tkinter\.[-\w.]*so$/,
  // For building extension modules: headers, the static library, the Makefile with the build machine's paths.
  /^config-[^/]*\//,
  /\.(a|o|exe)$/,
  /^(_sysconfig_vars_[^/]*\.json|build-details\.json)$/,
  // 1.2 MB that only `help('if')` in a prompt shows; pydoc says that they are not there.
  /^pydoc_data\/topics\.py$/,
  // The wheels of pip: `python -m venv --without-pip` works.
  /^ensurepip\//,
  // Yellow pages: brings Kerberos and ONC RPC with it; gone from Python 3.13.
  /^(.*\/)?nis\.[-\w.]*so$/,
]

export function isPruned(path: string): boolean {
  return PRUNED.some(pattern => pattern.test(path))
}
