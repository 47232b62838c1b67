import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type InstalledPython, probePython } from '../../../../src/builders/python/interpreter/installed-python.ts'
import { sha256Hex } from '../../../../src/crypto/sha256.ts'
import { searchPath } from '../../../../src/tools/search-path.ts'

/** A directory for one test, and files in it. */
export class Workshop {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-interpreter-')))

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  path(name: string): string {
    return join(this.root, name)
  }

  write(name: string, content: string | Uint8Array = '', mode = 0o644): string {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }
}

/** What a Python would say of itself if it were installed in `prefix`. */
export function describePython(prefix: string, changes: Partial<InstalledPython> = {}): InstalledPython {
  return {
    implementation: 'cpython',
    version: '3.11.7',
    release: 'final',
    abiflags: '',
    cacheTag: 'cpython-311',
    soabi: 'cpython-311-x86_64-linux-gnu',
    platform: 'linux-x86_64',
    system: 'linux',
    executable: join(prefix, 'bin/python3.11'),
    prefix,
    execPrefix: prefix,
    stdlib: join(prefix, 'lib/python3.11'),
    dynload: join(prefix, 'lib/python3.11/lib-dynload'),
    configName: '_sysconfigdata__linux_x86_64-linux-gnu.py',
    config: {},
    ...changes,
  }
}

/** Every entry of a tree with type, mode and content: equal for equal trees. */
export function listTree(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const rows = entries.map(entry => {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(root.length + 1)
    if (entry.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`
    const mode = (statSync(path).mode & 0o7777).toString(8)
    return entry.isDirectory() ? `${name}/ ${mode}` : `${name} ${mode} ${sha256Hex(readFileSync(path))}`
  })
  return rows.sort()
}

/**
 * Files that lie like an installed CPython of `version` in `place`. Its executable is a script: it answers the probe, and hands
 * everything else to the Python of this machine.
 */
export async function fakeInstallation(shop: Workshop, place: string, version = '3.11.7'): Promise<InstalledPython> {
  const real = await probePython(machinePython(), process.env)
  const prefix = shop.path(place)
  const python = describePython(prefix, { version, config: { prefix, LIBDIR: `${prefix}/lib` } })
  const answer = shop.write(`${place}-answer.json`, JSON.stringify(python))
  const script = `#!/bin/sh\ncase "$*" in *implementation*) exec cat '${answer}' ;; esac\nexec '${real.executable}' "$@"\n`
  shop.write(`${place}/bin/python3.11`, script, 0o755)
  shop.write(`${place}/lib/python3.11/os.py`, 'name = "posix"\n')
  shop.write(`${place}/lib/python3.11/json/decoder.py`, 'ANY = {"a", "b", "c"}\n')
  shop.write(`${place}/lib/python3.11/_sysconfigdata__linux_x86_64-linux-gnu.py`, `build_time_vars = "${prefix}"\n`)
  shop.write(`${place}/lib/python3.11/lib-dynload/README`, 'none')
  return python
}

/** The Python of this machine, or the reason that there is none. */
export function machinePython(): string {
  const [path] = searchPath('python3', process.env)
  if (path === undefined) throw new Error('these tests need a python3 on PATH')
  return path
}
