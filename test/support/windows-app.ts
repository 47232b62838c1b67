import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import type { PackagePlan, PlannedSlot } from '../../src/package/package-plan.ts'
import type { WriteOptions } from '../../src/package/writer.ts'
import { writeSample } from './sample-plan.ts'

/** Of what packages for Windows are made. */
export interface WindowsParts {
  readonly directory: string
  readonly launcher: WriteOptions['launcher']
  /** The test program: test/cross/probe.c, compiled. */
  readonly probe: string
}

/** How a package differs from one that runs the test program, which lies in its `bin`. */
export interface WindowsApp extends Omit<Partial<PackagePlan>, 'slots'> {
  readonly slot?: Partial<PlannedSlot>
  /** Names of the test program. */
  readonly programs?: readonly string[]
  readonly options?: Partial<WriteOptions>
}

/** Packs an app of this name into a directory of its own. */
export async function packForWindows(
  { directory, launcher, probe }: WindowsParts,
  name: string,
  { slot, programs = ['probe.exe'], options, ...plan }: WindowsApp = {},
): Promise<string> {
  const place = join(directory, name)
  mkdirSync(place)
  const content = { path: probe }
  const size = readFileSync(probe).length
  const entries = programs.map(program => ({ type: 'file', path: program, mode: 0o755, size, content }) as const)
  const programsSlot: PlannedSlot = {
    id: 'programs',
    source: 'programs',
    target: 'bin',
    purpose: 'code',
    lifecycle: 'runtime',
    operations: [OP_TAR, OP_ZSTD],
    content: { kind: 'tree', entries },
    ...slot,
  }
  const usual = {
    package: { name, version: '1.0' },
    execution: { primary_slot: 0, command: 'probe', argv: ['probe'] },
    slots: [programsSlot],
  }
  return (await writeSample(place, { ...usual, ...plan }, { launcher, ...options })).path
}
