/** Run by a packed interpreter: one JSON object that says what works. A failure is a text that begins with FAIL. */
export const PYTHON_PROBE = `
import importlib, json, os, sys
out = {}

def attempt(function):
    try:
        out[function.__name__] = function()
    except BaseException as error:
        out[function.__name__] = 'FAIL %s: %s' % (type(error).__name__, error)

def where():
    return {'prefix': sys.prefix, 'base': os.path.realpath(sys.base_prefix), 'executable': sys.executable, 'path': sys.path}

def version():
    import platform
    return [sys.version.split()[0], platform.python_version(), sys.version_info[2]]

def ssl():
    import ssl
    return ssl.create_default_context() is not None and ssl.OPENSSL_VERSION.split()[0]

def sqlite3():
    import sqlite3
    return sqlite3.connect(':memory:').execute('select 6 * 7').fetchone()[0]

def ctypes():
    import ctypes
    return ctypes.CDLL('libc.so.6').getpid() == os.getpid()

def zones():
    import zoneinfo
    return len(zoneinfo.TZPATH)

def modules():
    import bz2, lzma, zlib, readline, curses, uuid, decimal, unicodedata, hashlib, asyncio, pyexpat
    return hashlib.sha3_256(b'').hexdigest()[:8]

def child():
    import subprocess
    script = 'import sys, ssl; print(sys.prefix, sys.executable)'
    return subprocess.check_output([sys.executable, '-c', script], text=True).split()

def daemon():
    import threading, time
    thread = threading.Thread(target=time.sleep, args=(60,), daemon=True)
    thread.start()
    return thread.is_alive()

def traceback():
    import traceback, json
    try:
        json.loads('{')
    except ValueError:
        return [line.strip() for line in traceback.format_exc().splitlines() if 'decoder.py' in line or 'scan_once(' in line]

def sysconfig():
    import sysconfig
    return [os.path.realpath(sysconfig.get_config_var('prefix')), sysconfig.get_path('purelib')]

def metadata():
    import importlib.metadata
    return [found.name if hasattr(found, 'name') else found.metadata['Name'] for found in importlib.metadata.distributions()]

def spawn():
    import multiprocessing
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return pool.map(abs, [-6])

def imports():
    failed = []
    for name in sorted(sys.stdlib_module_names):
        if name in ('antigravity', 'this', '__main__', 'idlelib'):
            continue
        try:
            importlib.import_module(name)
        except ImportError:
            failed.append(name)
    return failed

if __name__ == '__main__':
    for function in [where, version, ssl, sqlite3, ctypes, zones, modules, child, daemon, traceback, sysconfig, metadata]:
        attempt(function)
    for name in sys.argv[1:]:
        attempt({'spawn': spawn, 'imports': imports}[name])
    print(json.dumps(out))
    sys.stdout.flush()
`
