/**
 * Modules of the standard library that are shipped as source only: tools for developers, protocols of the past, what stands in for C
 * modules. Importing one compiles it every time (measured: 40 to 100 ms for `pdb` or `pydoc`, the largest); their bytecode would be
 * 0.6 MB of every package. Not here is what popular packages import, and the many character sets: detecting one imports them all.
 * Paths are relative to the standard library.
 */
const SELDOM: readonly RegExp[] = [
  // Packages that build, convert and show code.
  /^(distutils|lib2to3|msilib|venv|xmlrpc|ctypes\/macholib|pydoc_data|_pyrepl|__phello__)\//,
  // For developers and prompts.
  modules('antigravity bdb cProfile doctest modulefinder pdb pickletools profile pstats pyclbr pydoc rlcompleter'),
  modules('symtable tabnanny this trace zipapp'),
  // Protocols and formats, most of which left the library in Python 3.12 and 3.13.
  modules(
    'aifc asynchat asyncore cgitb chunk crypt ftplib imaplib mailcap nntplib pipes poplib smtpd sunau telnetlib xdrlib',
  ),
  // Imported only where the C module is missing, or on other systems.
  modules(
    '_aix_support _android_support _apple_support _bootsubprocess _ios_support _osx_support _pydatetime _pydecimal _pyio',
  ),
  modules('nturl2path'),
]

/** @param path of a source file, relative to the standard library */
export function isSeldomImported(path: string): boolean {
  return path.endsWith('.py') && SELDOM.some(pattern => pattern.test(path))
}

function modules(names: string): RegExp {
  return new RegExp(`^(${names.replaceAll(' ', '|')})\\.py$`)
}
