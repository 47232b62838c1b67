import { mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { OP_GZIP, OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import type { Lifecycle } from '../../src/format/slot-enumerations.ts'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import type { PackagePlan, PlannedSlot } from '../../src/package/package-plan.ts'
import type { TreeEntry } from '../../src/package/tree-entry.ts'
import type { WriteOptions } from '../../src/package/writer.ts'
import { lazySlot, materialiseSlot } from '../../src/workenv/materialise.ts'
import { type PrepareOptions, prepareWorkenv, publishedWorkenv } from '../../src/workenv/prepare-workenv.ts'
import type { Workenv } from '../../src/workenv/workenv.ts'
import { fileSlot, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

export interface SlotOptions {
  readonly target?: string
  readonly share?: boolean
  readonly lifecycle?: Lifecycle
  readonly platform?: 'any' | 'linux' | 'macos' | 'windows'
}

/** A tree slot from names and contents; a content that begins with `->` is a symlink. */
export function treeSlot(id: string, files: Readonly<Record<string, string>>, options: SlotOptions = {}): PlannedSlot {
  return {
    id,
    source: id,
    target: options.target ?? '{workenv}',
    purpose: 'code',
    lifecycle: options.lifecycle ?? 'runtime',
    operations: [OP_TAR, OP_ZSTD],
    ...(options.share === undefined ? {} : { share: options.share }),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    content: { kind: 'tree', entries: entriesOf(files) },
  }
}

function entriesOf(files: Readonly<Record<string, string>>): TreeEntry[] {
  const directories = new Set(
    Object.keys(files).flatMap(path => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
  )
  directories.delete('')
  const made = [...directories].sort().map((path): TreeEntry => ({ type: 'directory', path, mode: 0o755 }))
  const written = Object.entries(files).map(([path, text]): TreeEntry => {
    if (text.startsWith('->')) return { type: 'symlink', path, target: text.slice(2) }
    const bytes = Buffer.from(text)
    return { type: 'file', path, mode: 0o755, size: bytes.length, content: { bytes } }
  })
  return [...made, ...written]
}

/** What every test package has, unless a test says else: one tree with a program. */
export function appPlan(changes: Partial<PackagePlan> = {}): PackagePlan {
  return {
    package: { name: 'sample', version: '1.2.3' },
    execution: { primary_slot: 0, command: '{workenv}/bin/run', argv: ['{workenv}/bin/run'] },
    slots: [treeSlot('app', { 'bin/run': '#!/bin/sh\necho ok\n', 'lib/data.txt': 'data\n', 'lib/link': '->data.txt' })],
    ...changes,
  }
}

/** One program and nothing else (workenv §1.4), from a file that is put into `directory`. */
export function programPlan(directory: string, script: string): PackagePlan {
  const path = join(directory, 'program')
  writeFileSync(path, script)
  const slot = { id: 'app', source: 'app', target: 'bin/app', purpose: 'code', lifecycle: 'runtime' } as const
  return appPlan({
    execution: { primary_slot: 0, command: 'app', argv: ['app'] },
    slots: [{ ...slot, operations: [OP_GZIP], permissions: 0o755, content: { kind: 'file', path } }],
  })
}

/** An application with an interpreter that other packages share. */
export function sharingPlan(changes: Partial<PackagePlan> = {}): PackagePlan {
  const app = treeSlot('app', { 'lib/app.py': 'print(1)\n' })
  const runtime = treeSlot('python', { 'bin/python3': '#!/bin/sh\nexit 0\n', 'lib/os.py': 'x\n' }, SHARED)
  const argv = ['{workenv}/python/bin/python3', '{workenv}/lib/app.py']
  return appPlan({ slots: [app, runtime], execution: { primary_slot: 0, command: argv.join(' '), argv }, ...changes })
}

const SHARED: SlotOptions = { target: 'python', share: true }

export async function packed(
  plan: PackagePlan,
  directory = scratch(),
  options: Partial<WriteOptions> = {},
): Promise<PackageFile> {
  mkdirSync(directory, { recursive: true })
  const { path } = await writeSample(directory, plan, options)
  const pkg = openPackage(path)
  onTestFinished(() => pkg.close())
  return pkg
}

/** A base that is there, of mode 0700. */
export function freshBase(): string {
  const base = join(realpathSync(scratch()), 'cache')
  mkdirSync(base, { mode: 0o700 })
  return base
}

export interface Prepared {
  readonly workenv: Workenv
  /** `level: message` of each line. */
  readonly lines: readonly string[]
}

/** Prepares in `base`; what fails there lands in `<base>-next/flavor`, never in a directory of this machine. */
export async function prepare(
  pkg: PackageFile,
  base: string,
  options: Partial<PrepareOptions> & { environment?: Record<string, string> } = {},
): Promise<Prepared> {
  const lines: string[] = []
  const workenv = await prepareWorkenv(pkg, {
    level: 'standard',
    runSetup: async () => {
      throw new Error('there is no setup')
    },
    ...options,
    environment: { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next`, ...options.environment },
    log: (level, message) => lines.push(`${level}: ${message}`),
  })
  onTestFinished(() => workenv.release())
  return { workenv, lines }
}

/** Every path below a directory, sorted; directories end with a slash. */
export function treeOf(directory: string): string[] {
  const walk = (path: string): string[] =>
    readdirSync(join(directory, path), { withFileTypes: true }).flatMap(item => {
      const name = path === '' ? item.name : `${path}/${item.name}`
      return item.isDirectory() ? [`${name}/`, ...walk(name)] : [name]
    })
  return walk('').sort()
}

/** A plan with a tree and a single file that are unpacked when a program asks for them. */
export function lazyPlan(): PackagePlan {
  const source = join(scratch(), 'one')
  writeFileSync(source, 'a single file that is long enough to be stored\n')
  const models = treeSlot('models', { 'm/one': 'x' }, { lifecycle: 'lazy', target: 'models' })
  const single = { ...fileSlot('single', source, 'share/one.txt'), lifecycle: 'lazy' as const }
  const plan = sharingPlan()
  return { ...plan, slots: [...plan.slots, models, single] }
}

/** Unpacks a lazy slot, as a program that asks for it, and returns its place. */
export async function askFor(pkg: PackageFile, base: string, id: string): Promise<string> {
  const { workenv, request } = await publishedWorkenv(pkg, {
    level: 'standard',
    runSetup: async () => {},
    environment: { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next` },
    log: () => {},
  })
  return await materialiseSlot(request, workenv, lazySlot(request, id))
}
