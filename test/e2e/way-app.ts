import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { type LaunchWay, launchedBy, launcherOf } from '../support/launch-ways.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { packed, sharingPlan, treeOf, treeSlot } from '../workenv/workenv-fixture.ts'
import type { Start } from './fault-injection.ts'

/** What the program prints: it fails where it cannot read one of its files. */
export const OUTPUT = 'file 1\nx\nsingle\nkept\nmade\n'
const PROGRAM = `#!/bin/sh
cd "$FLAVOR_WORKENV" && exec cat lib/f1 python/lib/os.py single.txt "$FLAVOR_SLOT_KEPT/state" made-by-setup
`

export interface WayApp {
  readonly path: string
  /** Without FLAVOR_CACHE and the like, which `homeOf` gives. */
  readonly command: readonly [program: string, ...args: string[]]
}

export interface AppOptions {
  /** Of the tree, beside the program. */
  readonly files?: number
  readonly changes?: Partial<PackagePlan>
}

/** Shares, derives, keeps data and sets up: all that a first run can have to do. Started the given way. */
export async function appFor(way: LaunchWay, options: AppOptions = {}): Promise<WayApp> {
  const { files = 70, changes = {} } = options
  // `flavor run` takes a package without a launcher too, and needs no compiler for that.
  const chosen = way === 'flavor run' ? {} : { launcher: await launcherOf(way) }
  const single = join(scratch(), 'single.txt')
  writeFileSync(single, 'single\n')
  const [, python] = sharingPlan().slots
  if (python === undefined) throw new Error('there is a shared slot')
  const lib = Object.fromEntries(Array.from({ length: files }, (_, at) => [`lib/f${at}`, `file ${at}\n`]))
  const plan = sharingPlan({
    slots: [
      treeSlot('app', { 'bin/run': PROGRAM, ...lib, 'lib/link': '->f1' }),
      python,
      fileSlot('single', single, 'single.txt'),
      treeSlot('seed', { 'wheels/a': 'x', 'wheels/b': 'y' }, { lifecycle: 'init' }),
      treeSlot('kept', { state: 'kept\n' }, { target: 'kept', lifecycle: 'persistent' }),
    ],
    execution: { primary_slot: 0, command: '{workenv}/bin/run', argv: ['{workenv}/bin/run'] },
    derived: [{ path: 'cfg', template: '{workenv}', mode: '0644' }],
    setupCommands: [{ type: 'write_file', path: 'made-by-setup', content: 'made\n' }],
    ...changes,
  })
  const { path } = await packed(plan, undefined, chosen)
  return { path, command: launchedBy(way, path) }
}

/** A directory that holds all that a run may write to: the cache, the next rung of its ladder, and data. */
export function freshHome(): string {
  const home = realpathSync(scratch())
  mkdirSync(join(home, 'cache'), { mode: 0o700 })
  return home
}

export function startIn(home: string, { command }: WayApp, more: Readonly<Record<string, string>> = {}): Start {
  const places = {
    FLAVOR_CACHE: join(home, 'cache'),
    XDG_CACHE_HOME: join(home, 'next'),
    XDG_DATA_HOME: join(home, 'data'),
  }
  return { command, env: { PATH: '/usr/bin:/bin', ...places, ...more } }
}

/**
 * Every file of a directory with its mode and content. A seal has times in it, so that only its being there counts; and where the boot
 * could not be told, it is checked once more and settled (workenv §7.3).
 */
export function snapshot(directory: string): string[] {
  if (!existsSync(directory)) return []
  const paths = treeOf(directory).filter(path => !path.endsWith('/settled'))
  return paths.map(path => {
    const place = join(directory, path)
    const status = lstatSync(place)
    const mode = (status.mode & 0o7777).toString(8)
    if (status.isSymbolicLink()) return `${path} -> ${readlinkSync(place)}`
    if (!status.isFile() || /(?:seal|\/checked)$/.test(path)) return `${path} ${mode}`
    return `${path} ${mode} ${sha256Hex(readFileSync(place))}`
  })
}

/** As it was before a run, with the directories that a run may have made unreadable. */
export function emptied(home: string, remove: (path: string) => void): void {
  for (const name of ['cache', 'next', 'data']) remove(join(home, name))
  mkdirSync(join(home, 'cache'), { mode: 0o700 })
  chmodSync(join(home, 'cache'), 0o700)
}
