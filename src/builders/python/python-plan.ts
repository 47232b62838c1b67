import { basename, resolve } from 'node:path'
import type { PackagePlatform } from '../../format/metadata.ts'
import { OP_TAR, OP_ZSTD } from '../../format/operations.ts'
import type { Platform } from '../../format/platform.ts'
import type { PythonProject } from '../../manifest/project.ts'
import type { PackagePlan, PlannedSlot } from '../../package/package-plan.ts'
import type { TreeEntry } from '../../package/tree-entry.ts'
import { directoryTree } from '../directory-tree.ts'
import { planSlot } from '../plan-slot.ts'
import { INTERPRETER_TARGET } from './app-layout.ts'
import type { InstalledApp } from './installed-app.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import { compareReleases } from './interpreter/required-glibc.ts'
import { programEnvironment, runtimeEnvironment } from './runtime-environment.ts'
import { MAIN_OPTION } from './start-up.ts'

/** The plan of a package from its parts: the shared interpreter, the application, the manifest's own slots. */
export function planPython(
  project: PythonProject,
  interpreter: InterpreterTree,
  app: InstalledApp,
  platform: Platform,
): PackagePlan {
  const { own, packages } = app
  const shipped = interpreter.ships === false ? [] : [interpreterSlot(interpreter)]
  const versions = [...shipped.map(() => interpreter.libcVersion), packages.record.glibc, own.record.glibc]
  const trees = withoutRivals(app)
  return {
    package: { name: project.name, version: own.record.version, description: project.description },
    slots: [
      ...shipped,
      treeSlot('packages', 'flavor.lock', trees.packages),
      treeSlot('app', basename(project.manifest), trees.own),
      ...ownSlots(project),
    ],
    execution: planExecution(project, interpreter, shipped.length + 1),
    derived: trees.derived,
    runtimeEnv: runtimeEnvironment(project.runtimeEnv),
    platforms: [planPlatform(interpreter, versions, platform)],
  }
}

/** Where a file of the user's own has the path of one that a package brought, theirs is meant. */
function withoutRivals({ own, packages }: InstalledApp) {
  const files = own.entries.filter(({ type }) => type !== 'directory').map(({ path }) => path)
  const taken = new Set([...files, ...own.record.derived.map(({ path }) => path)])
  const lent = packages.record.derived.filter(({ path }) => !taken.has(path))
  return {
    own: own.entries,
    packages: packages.entries.filter(({ path }) => !taken.has(path)),
    derived: [...own.record.derived, ...lent].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** Spec §6.4: one copy serves all packages that have this interpreter. */
function interpreterSlot(interpreter: InterpreterTree): PlannedSlot {
  return {
    id: 'python',
    source: `${interpreter.provider === 'uv' ? 'uv-managed' : 'vendored'} CPython ${interpreter.version}`,
    target: INTERPRETER_TARGET,
    purpose: 'code',
    lifecycle: 'runtime',
    operations: [OP_TAR, OP_ZSTD],
    share: true,
    content: { kind: 'tree', entries: directoryTree(interpreter.root) },
  }
}

function treeSlot(id: string, source: string, entries: readonly TreeEntry[]): PlannedSlot {
  return {
    id,
    source,
    target: '{workenv}',
    purpose: 'code',
    lifecycle: 'runtime',
    operations: [OP_TAR, OP_ZSTD],
    content: { kind: 'tree', entries },
  }
}

function ownSlots(project: PythonProject): PlannedSlot[] {
  return project.slots.map((slot, position) => {
    const field = ['tool', 'flavor', 'slots', position]
    return planSlot(slot, resolve(project.directory, slot.source), project, field)
  })
}

/**
 * Spec §8.2: CPython has to see its own path as argv[0]; under another one it takes that for \`sys.executable\`, and looks for its
 * library where it was built.
 */
function planExecution(
  project: PythonProject,
  interpreter: InterpreterTree,
  appSlot: number,
): PackagePlan['execution'] {
  const commands = [...project.scripts.keys()].map(name => [
    name,
    { argv: commandLine(name), argv0: 'program' as const },
  ])
  return {
    primary_slot: appSlot,
    command: commandLine(project.defaultScript).join(' '),
    argv: commandLine(project.defaultScript),
    argv0: 'program',
    commands: Object.fromEntries(commands),
    env: programEnvironment(interpreter, INTERPRETER_TARGET),
  }
}

function commandLine(script: string): string[] {
  return ['{workenv}/bin/python3', '-X', MAIN_OPTION, `{workenv}/bin/${script}`]
}

function planPlatform(
  interpreter: InterpreterTree,
  versions: readonly (string | undefined)[],
  platform: Platform,
): PackagePlatform {
  if (interpreter.libc === 'system') return platform
  const newest = versions
    .filter(version => version !== undefined)
    .sort(compareReleases)
    .at(-1)
  if (newest === undefined && interpreter.ships === false) return platform
  if (interpreter.libc === 'musl' || newest === undefined) return { ...platform, libc: interpreter.libc }
  return { ...platform, libc: 'glibc', libc_version: newest.split('.').slice(0, 2).join('.') }
}
