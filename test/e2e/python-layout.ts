import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect } from 'vitest'
import { readElfFile } from '../../src/builders/python/interpreter/elf-walk.ts'
import { type InstalledPython, probePython } from '../../src/builders/python/interpreter/installed-python.ts'
import type { InterpreterRequest } from '../../src/builders/python/interpreter/interpreter-request.ts'
import type { InterpreterTree } from '../../src/builders/python/interpreter/interpreter-tree.ts'
import { provideInterpreter } from '../../src/builders/python/interpreter/provide-interpreter.ts'
import { serves } from '../../src/builders/python/interpreter/python-version.ts'
import { type CommandResult, runCommand } from '../../src/tools/run-command.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import type { Environment } from '../../src/tools/tool.ts'
import { PYTHON_PROBE } from './python-probe.ts'

/** Every installation on PATH, and those that FLAVOR_TEST_PYTHONS names, each once. */
async function findInstallations(): Promise<InstalledPython[]> {
  const named = (process.env.FLAVOR_TEST_PYTHONS ?? '').split(':').filter(path => path !== '')
  const found = new Map<string, InstalledPython>()
  for (const path of [...named, ...searchPath('python3', process.env)]) {
    const python = await probePython(path, process.env).catch(() => undefined)
    if (python !== undefined && serves(python.version, undefined)) found.set(python.executable, python)
  }
  return [...found.values()]
}

/** What puts a command into a mount namespace of its own, or nothing where this machine does not allow that. */
async function findNamespace(): Promise<readonly [string, ...string[]] | undefined> {
  const options = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m']
  const [unshare] = searchPath('unshare', process.env)
  if (unshare === undefined) return undefined
  const tried = await runCommand([unshare], [...options, 'true'], { environment: process.env })
  return tried.ok ? [unshare, ...options] : undefined
}

const isLinux = process.platform === 'linux'
export const installations = isLinux ? await findInstallations() : []
export const namespace = isLinux ? await findNamespace() : undefined
if (!isLinux) console.log('not shown: interpreters are vendored on linux only')
else if (installations.length === 0) console.log('not shown: no CPython of 3.10 or newer on PATH')
if (isLinux && namespace === undefined) console.log('not shown: this machine allows no mount namespaces')

export const root = isLinux ? realpathSync(mkdtempSync(join(tmpdir(), 'flavor-e2e-python-'))) : ''
export const steps: string[] = []

export async function provide(
  request: InterpreterRequest,
  environment: Environment = process.env,
  cache = 'cache',
): Promise<InterpreterTree> {
  return await provideInterpreter(request, {
    environment,
    cacheDirectory: join(root, cache),
    onStep: step => steps.push(step),
  })
}

export interface Layout {
  /** The machine's root for a bare chroot, which lies around the work environment. */
  readonly machine: string
  readonly workenv: string
}

/** A work environment as design and spec have it, in a directory that could be the whole machine: C library, cache, /tmp. */
export async function layOut(tree: InterpreterTree, name: string): Promise<Layout> {
  const machine = join(root, name)
  const workenv = join(machine, 'cache/w')
  const short = basename(tree.executable)
  for (const place of ['tmp', 'cache/slots', 'cache/w/bin', `cache/w/lib/${short}/site-packages/demo-1.0.dist-info`]) {
    mkdirSync(join(machine, place), { recursive: true })
  }
  const copied = await runCommand(['cp', '-a', tree.root], [join(machine, 'cache/slots/abc')], {
    environment: process.env,
  })
  expect(copied.ok).toBe(true)
  symlinkSync('../slots/abc', join(workenv, 'python'))
  symlinkSync(`../python/${tree.executable}`, join(workenv, 'bin/python3'))
  writeFileSync(join(workenv, 'pyvenv.cfg'), 'include-system-site-packages = false\n')
  const metadata = 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n'
  writeFileSync(join(workenv, `lib/${short}/site-packages/demo-1.0.dist-info/METADATA`), metadata)
  writeFileSync(join(machine, 'probe.py'), PYTHON_PROBE)
  await copyLibc(tree, machine)
  return { machine, workenv }
}

async function copyLibc(tree: InterpreterTree, machine: string): Promise<void> {
  const loader = readElfFile(join(tree.root, tree.executable), 'python')?.interpreter ?? ''
  const { stdout } = await runCommand([loader], ['--list', join(tree.root, tree.executable)], { environment: {} })
  const libc = /libc\.so\.6 => (\S+)/.exec(stdout)?.[1] ?? ''
  mkdirSync(join(machine, dirname(loader)), { recursive: true })
  copyFileSync(loader, join(machine, loader))
  mkdirSync(join(machine, dirname(libc)), { recursive: true })
  for (const name of ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0']) {
    copyFileSync(join(dirname(libc), name), join(machine, dirname(libc), name))
  }
}

/** The variables that a tree wants, for a work environment that lies there. */
export function variables(tree: InterpreterTree, workenv: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree.environment).map(([name, path]) => [name, `${workenv}/python/${path}`]))
}

/** Runs a command where the installation that the tree was made of does not exist. */
export async function runHidden(
  python: InstalledPython,
  command: readonly string[],
  environment: Environment,
): Promise<CommandResult> {
  if (namespace === undefined) throw new Error('no namespace')
  const places = python.prefix === '/usr' ? [python.stdlib] : [python.prefix]
  const hide = places.map(place => `mount -t tmpfs none '${place}'`).join(' && ')
  const assign = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return await runCommand([...namespace, 'sh'], ['-c', `${hide} && exec env -i "$@"`, 'sh', ...assign, ...command], {
    environment: process.env,
  })
}

export function removeRoot(): void {
  rmSync(root, { recursive: true, force: true })
}

/** Runs the packed interpreter where there is nothing but what the layout holds. */
export async function runBare(
  layout: Layout,
  args: readonly string[],
  environment: Environment,
): Promise<CommandResult> {
  if (namespace === undefined) throw new Error('no namespace')
  const [chroot = '/usr/sbin/chroot'] = searchPath('chroot', { PATH: `${process.env.PATH}:/usr/sbin:/sbin` })
  return await runCommand([...namespace, chroot], [layout.machine, '/cache/w/bin/python3', ...args], { environment })
}

/** What the probe answers when everything works. */
export function expectedAnswer(tree: InterpreterTree, workenv: string, slot: string): object {
  return {
    // Also from where a linker may store it: at the end of the prefix that is overwritten.
    version: [tree.version, tree.version, Number(tree.version.split('.')[2])],
    where: { prefix: workenv, base: slot, executable: `${workenv}/bin/python3` },
    ssl: 'OpenSSL',
    sqlite3: 42,
    ctypes: true,
    zones: 4,
    modules: 'a7ffc6f8',
    child: [workenv, `${workenv}/bin/python3`],
    daemon: true,
    traceback: [
      expect.stringContaining(`${workenv}/python/lib/python3`),
      expect.any(String),
      'obj, end = self.scan_once(s, idx)',
    ],
    sysconfig: [slot, expect.stringContaining(`${workenv}/lib/python3`)],
    metadata: ['demo'],
  }
}
