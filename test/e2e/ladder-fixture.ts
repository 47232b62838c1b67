import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OP_GZIP } from '../../src/format/operations.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { LAUNCH_WAYS, type LaunchWay, launcherOf } from '../support/launch-ways.ts'
import { missing } from '../support/machines.ts'
import { writeSample } from '../support/sample-plan.ts'
import { appPlan, treeSlot } from '../workenv/workenv-fixture.ts'
import { type MountedOutcome, type MountedRun, mountedMachine, runMounted } from './mounted-machine.ts'

/** Why this machine has no mounts of its own to test with. */
export const unable = missing('linux', 'root', 'unshare', 'setpriv')
/** Behind the name of a test that skips. */
export const because = unable === undefined ? '' : `: ${unable}`

export type Kind = 'tree' | 'script' | 'binary'

const FILES = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`lib/f${at}`, 'x'.repeat(100)]))
const PROGRAM = '#!/bin/sh\necho "$FLAVOR_WORKENV"\n'

/** In memory, the shell knows the script by the descriptor that it reads it from. */
const SEALED = `case $0 in /proc/*) (echo x >"$0") 2>/dev/null || echo sealed ;; esac`

/** A machine with a ladder of its own, and the same packages for each way of launching. */
export class Ladder {
  readonly machine = mountedMachine()
  /** How often something was launched. */
  runs = 0
  readonly #packages = new Map<string, string>()

  /** `tree`: 62 files and about 106 kB that take 350 kB of a tmpfs; the others are one program each (workenv §1.4). */
  async pack(...kinds: readonly Kind[]): Promise<void> {
    for (const way of LAUNCH_WAYS) {
      for (const kind of kinds) {
        const directory = join(this.machine.directory, 'packages', way.replace(' ', '-'), kind)
        mkdirSync(directory, { recursive: true })
        const { path } = await writeSample(directory, this.#plan(kind), { launcher: await launcherOf(way) })
        chmodSync(path, 0o755)
        this.#packages.set(`${way} ${kind}`, path)
      }
    }
  }

  #plan(kind: Kind): PackagePlan {
    const big = treeSlot('app', { 'bin/run': PROGRAM, ...FILES, big: 'y'.repeat(100_000) })
    if (kind === 'tree') return appPlan({ slots: [big] })
    const script = join(this.machine.directory, 'program')
    writeFileSync(script, `#!/bin/sh\necho "memory <$FLAVOR_WORKENV> $*"\n${SEALED}\nexit 7\n`)
    const content = { kind: 'file', path: kind === 'script' ? script : '/usr/bin/env' } as const
    const slot = { id: 'app', source: 'app', target: 'bin/app', purpose: 'code', lifecycle: 'runtime' } as const
    return appPlan({
      execution: { primary_slot: 0, command: 'app', argv: ['app'] },
      slots: [{ ...slot, operations: [OP_GZIP], permissions: 0o755, content }],
    })
  }

  run(way: LaunchWay, more: Partial<MountedRun> & { kind?: Kind } = {}): MountedOutcome {
    const { kind = 'tree', ...rest } = more
    const path = this.#packages.get(`${way} ${kind}`)
    if (path === undefined) throw new Error(`there is no ${kind} of ${way}`)
    this.runs++
    return runMounted(this.machine, { way, package: path, obstacles: [], ...rest })
  }

  /** The first rung, that of FLAVOR_CACHE. */
  get first(): string {
    return this.machine.rungs[0]?.path ?? ''
  }
}
