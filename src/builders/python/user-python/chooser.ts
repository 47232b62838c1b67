import type { Clause, PythonDemand } from './python-demand.ts'

/** Where `chooserScript` lies in the work environment. */
export const CHOOSER = 'share/flavor/choose_python.py'

/**
 * Run by a Python of the user's with `-I -S -B`, and the work environment as its argument: prints `use DIRECTORY`, a virtual
 * environment of that Python that leads to the package's files, or `no ` and what this Python is. Any Python 3 has to understand it.
 *
 * The environment is made once, beside the root of the work environment, so that it goes when that goes (workenv §9.4); in a cache of
 * somebody else in a directory of the user's own. It consists of links, and of a `pyvenv.cfg` that is compared before each use.
 */
export function chooserScript({ minor, soabi, clauses }: PythonDemand): string {
  return `import os
import sys

MINOR = ${tuple(minor)}
SOABI = ${soabi === undefined ? 'None' : JSON.stringify(soabi)}
CLAUSES = [${clauses.map(clause).join(', ')}]
${SCRIPT}`
}

function clause([operator, release, isPrefix]: Clause): string {
  return `(${JSON.stringify(operator)}, ${tuple(release)}, ${isPrefix ? 'True' : 'False'})`
}

function tuple(numbers: readonly number[]): string {
  return `(${numbers.join(', ')},)`
}

const SCRIPT = `

def serves():
    if sys.implementation.name != "cpython":
        return False
    if SOABI is not None:
        import _imp
        if "." + SOABI + ".so" not in _imp.extension_suffixes():
            return False
    return sys.version_info[:2] >= MINOR and all(holds(*clause) for clause in CLAUSES)


def holds(operator, release, is_prefix):
    have = tuple(sys.version_info[:3])
    want = release + (0,) * (3 - len(release))
    start = have[:len(release)] == release
    if operator == "==":
        return start if is_prefix else have == want
    if operator == "!=":
        return not start if is_prefix else have != want
    if operator == "~=":
        return have >= want and have[:len(release) - 1] == release[:-1]
    return {"<=": have <= want, ">=": have >= want, "<": have < want, ">": have > want}[operator]


def described():
    name = "CPython" if sys.implementation.name == "cpython" else sys.implementation.name
    text = "%s is %s %d.%d.%d" % ((os.path.realpath(sys.executable), name) + tuple(sys.version_info[:3]))
    if SOABI is not None and sys.version_info[:2] == MINOR:
        import _imp
        text += " for " + (_imp.extension_suffixes() or ["nothing"])[0].strip(".").rsplit(".", 1)[0]
    return text


def base_program():
    """The installation behind virtual environments."""
    program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    name = "python%d.%d" % sys.version_info[:2]
    for start in (program, sys.executable):
        try:
            with open(os.path.join(os.path.dirname(os.path.dirname(start)), "pyvenv.cfg")) as lines:
                values = [line.partition("=")[2].strip() for line in lines if line.partition("=")[0].strip() == "home"]
        except (OSError, UnicodeDecodeError):
            continue
        for home in values:
            if os.path.exists(os.path.join(home, name)):
                return os.path.realpath(os.path.join(home, name))
    return program


def places(root):
    attempt = os.path.dirname(root)
    if os.stat(attempt).st_uid == os.geteuid():
        yield os.path.join(attempt, "python")
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR"), "/tmp"):
        if parent and os.path.isabs(parent):
            yield os.path.join(parent, "flavor-python-%d" % os.geteuid())


def own_directory(path):
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    status = os.lstat(path)
    # Somebody else may have been there first, in a directory where everybody may write.
    if (status.st_mode & 0o170022) != 0o040000 or status.st_uid != os.geteuid():
        raise OSError("%s is no directory of this user's alone" % path)


def fill(path, root, program, configuration):
    version = "python%d.%d" % sys.version_info[:2]
    own = "python%d.%d" % MINOR
    programs = ["python", "python3", version]
    for directory in (path, path + "/bin", path + "/lib"):
        os.mkdir(directory, 0o700)
    for name in programs:
        os.symlink(program, path + "/bin/" + name)
    for directory, taken in (("", ["bin", "lib"]), ("/bin", programs + [own]), ("/lib", [version][version == own:])):
        for name in os.listdir(root + directory):
            if name not in taken:
                os.symlink(root + directory + "/" + name, path + directory + "/" + name)
    if version != own:
        os.symlink(root + "/lib/" + own, path + "/lib/" + version)
    with open(path + "/pyvenv.cfg", "wb") as file:
        file.write(configuration)


def remove(path):
    for directory, directories, files in os.walk(path, topdown=False):
        for name in directories + files:
            entry = os.path.join(directory, name)
            os.rmdir(entry) if os.path.isdir(entry) and not os.path.islink(entry) else os.unlink(entry)
    os.rmdir(path)


def is_same(path, program, configuration):
    try:
        with open(path + "/pyvenv.cfg", "rb") as file:
            return file.read() == configuration and os.readlink(path + "/bin/python3") == program
    except OSError:
        return False


def environment(place, root, program):
    own_directory(place)
    configuration = os.fsencode("home = %s\\ninclude-system-site-packages = false\\nversion = %d.%d.%d\\nworkenv = %s\\n" % (
        (os.path.dirname(program),) + tuple(sys.version_info[:3]) + (root,)))
    number = 0
    while True:
        path = "%s/%d.%d.%d-%d" % ((place,) + tuple(sys.version_info[:3]) + (number,))
        if is_same(path, program, configuration):
            return path
        if os.path.lexists(path):
            number += 1
            continue
        staging = "%s.%d" % (path, os.getpid())
        if os.path.lexists(staging):
            remove(staging)
        try:
            fill(staging, root, program, configuration)
            os.rename(staging, path)
        except OSError:
            # Another start was faster; what it made may be the same.
            if os.path.lexists(staging):
                remove(staging)
            if not os.path.lexists(path):
                raise


def main(root):
    if not serves():
        return "no " + described()
    fault = "there is no place for its links"
    for place in places(root):
        try:
            return "use " + environment(place, root, base_program())
        except OSError as error:
            fault = str(error)
    return "no %s, but %s" % (described(), fault)


os.write(1, os.fsencode(main(sys.argv[1]) + "\\n"))
`
