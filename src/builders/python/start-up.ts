/** Where the module of `startUpModule` lies in site-packages, and the file that makes `site` import it. */
export const START_UP_MODULE = '_flavor'
/** Given to the command that the launcher starts, and to none of its children: `-X` options that Python does not know are kept. */
export const MAIN_OPTION = 'flavor'

/** Where systems keep their roots, most used first: Debian and Arch, Fedora, SUSE, Alpine and macOS. */
const SYSTEM_STORES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

export interface StartUpFacts {
  /** What the interpreter's OpenSSL was built to look at; absent where there is none. */
  readonly openssl?: { readonly file: string; readonly directory: string }
  /** The bundled roots, relative to the work environment. */
  readonly roots: string
}

/**
 * Runs at the start of every Python of the package (measured: 0.1 ms). It imports nothing that a bare start does not.
 *
 * - `sys.argv[0]` of the main command is the path of the package, as a script's would be.
 * - `[sys.executable, *sys.argv]`, with which many servers start themselves anew, then names the package where Python wants a script;
 *   such a child becomes the package.
 * - TLS: the user's SSL_CERT_FILE or SSL_CERT_DIR, else the system's store, else the bundled roots.
 * - `sys._base_executable`, from which `venv` makes environments, is the interpreter in its slot: above `{workenv}/bin`, where the
 *   link to it lies, there is no standard library, and an environment of that would not start.
 */
export function startUpModule({ openssl, roots }: StartUpFacts): string {
  const own = openssl === undefined ? ['', ''] : [openssl.file, openssl.directory]
  return `import os
import sys

sys.dont_write_bytecode = True


def _command():
    typed = os.environ.get("FLAVOR_ORIGINAL_COMMAND", "")
    if not typed or "/" in typed:
        return typed
    own = (sys.prefix + "/bin", os.environ.get("FLAVOR_WORKENV", "") + "/bin")
    for place in os.environ.get("PATH", "").split(":"):
        path = place + "/" + typed
        if place and place not in own and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return typed


def _arguments():
    if not sys.argv or not sys.argv[0]:
        return
    if ${JSON.stringify(MAIN_OPTION)} in sys._xoptions:
        sys.argv[0] = _command() or sys.argv[0]
    elif "FLAVOR_ORIGINAL_COMMAND" in os.environ and sys.argv[0] == _command() and sys.argv[0] in sys.orig_argv[1:]:
        os.execv(sys.argv[0], sys.argv)


def _certificates():
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return
    file, directory = ${JSON.stringify(own[0])}, ${JSON.stringify(own[1])}
    try:
        if os.path.isfile(file):
            return
        with os.scandir(directory or "/nonexistent") as found:
            if any(found):
                return
    except OSError:
        pass
    for path in ${pythonTuple(SYSTEM_STORES)}:
        if os.path.isfile(path):
            break
    else:
        path = sys.prefix + ${JSON.stringify(`/${roots}`)}
    os.environ["SSL_CERT_FILE"] = path


def _base():
    own = sys.prefix + "/bin/"
    base = sys.base_prefix + "/bin/python%d.%d" % sys.version_info[:2]
    if getattr(sys, "_base_executable", "").startswith(own) and not base.startswith(own) and os.path.exists(base):
        sys._base_executable = base


_certificates()
_arguments()
_base()
del _arguments, _base, _certificates, _command
`
}

function pythonTuple(texts: readonly string[]): string {
  return `(${texts.map(text => JSON.stringify(text)).join(', ')})`
}
