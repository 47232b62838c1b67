import { join } from 'node:path'
import { OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import type { WriteOptions, WrittenPackage } from '../../src/package/writer.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'

/** What `run` in the package does: a shell script. */
const DEFAULT_SCRIPT = 'printf "<%s>" "$@"; echo'

export interface ShellPackage {
  readonly script?: string
  /** Other programs in `bin`, by name. */
  readonly programs?: Readonly<Record<string, string>>
  readonly changes?: Partial<PackagePlan>
  readonly options?: Partial<WriteOptions>
}

/** Packs a shell script that is started by the /bin/sh of the system, with the script as its own `bin/python3` too. */
export async function writeShellPackage(directory: string, what: ShellPackage = {}): Promise<WrittenPackage> {
  const programs = { run: what.script ?? DEFAULT_SCRIPT, ...what.programs }
  const entries = Object.entries(programs).map(([name, script]) => {
    const bytes = Buffer.from(`#!/bin/sh\n${script}\n`)
    return { type: 'file', path: `bin/${name}`, mode: 0o755, size: bytes.length, content: { bytes } } as const
  })
  const plan = samplePlan(join(directory, 'plan'))
  return await writeSample(
    directory,
    {
      ...plan,
      execution: { command: 'run', argv: ['run'] },
      slots: [
        {
          id: 'app',
          source: 'app',
          target: '{workenv}',
          purpose: 'code',
          lifecycle: 'runtime',
          operations: [OP_TAR, OP_ZSTD],
          content: { kind: 'tree', entries: [{ type: 'directory', path: 'bin', mode: 0o755 }, ...entries] },
        },
        ...plan.slots.slice(1),
      ],
      ...what.changes,
    },
    what.options,
  )
}
