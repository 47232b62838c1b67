import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { OP_GZIP, OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import type { PackagePlan, PlannedSlot } from '../../src/package/package-plan.ts'
import { type WriteOptions, type WrittenPackage, writePackage } from '../../src/package/writer.ts'

/** The key of every test package: SHA-256 of this text is its seed. */
export const TEST_KEY = keyPairFromSeedText('test123')
export const TEST_TIMESTAMP = 315532800

/** A launcher that is none: seventeen bytes that exit with 7. */
export function fakeLauncher(directory: string): WriteOptions['launcher'] {
  const path = join(directory, 'launcher')
  writeFileSync(path, '#!/bin/sh\nexit 7\n', { mode: 0o755 })
  return { path, tool: 'fake', toolVersion: '0' }
}

/** A tree with every kind of entry, a single file, and nothing else. */
export function samplePlan(directory: string): PackagePlan {
  const readme = join(directory, 'readme.txt')
  mkdirSync(directory, { recursive: true })
  writeFileSync(readme, 'a single file that is long enough to be stored\n')
  return {
    package: { name: 'sample', version: '1.2.3', description: 'for tests' },
    execution: { primary_slot: 0, command: '/bin/sh {workenv}/bin/run', argv: ['/bin/sh', '{workenv}/bin/run'] },
    slots: [sampleTree(), fileSlot('readme', readme, 'share/readme.txt')],
  }
}

export function sampleTree(): PlannedSlot {
  return {
    id: 'app',
    source: 'app',
    target: '{workenv}',
    purpose: 'code',
    lifecycle: 'runtime',
    operations: [OP_TAR, OP_ZSTD],
    content: {
      kind: 'tree',
      entries: [
        { type: 'directory', path: 'bin', mode: 0o755 },
        {
          type: 'file',
          path: 'bin/run',
          mode: 0o755,
          size: 22,
          content: { bytes: Buffer.from('#!/bin/sh\necho "$@" ok\n').subarray(0, 22) },
        },
        { type: 'symlink', path: 'bin/alias', target: 'run' },
        { type: 'hardlink', path: 'bin/twin', target: 'bin/run' },
        { type: 'file', path: 'bin/Ünïcode name', mode: 0o600, size: 0, content: { bytes: new Uint8Array() } },
      ],
    },
  }
}

export function fileSlot(id: string, path: string, target: string): PlannedSlot {
  return {
    id,
    source: id,
    target,
    purpose: 'data',
    lifecycle: 'runtime',
    operations: [OP_GZIP],
    permissions: 0o644,
    content: { kind: 'file', path },
  }
}

/** Packs `plan` into `<directory>/app.psp`. */
export function writeSample(
  directory: string,
  plan: PackagePlan,
  options: Partial<WriteOptions> = {},
): Promise<WrittenPackage> {
  return writePackage(plan, {
    output: join(directory, 'app.psp'),
    launcher: fakeLauncher(directory),
    key: TEST_KEY,
    ephemeral: false,
    profile: 'default',
    effort: 'fast',
    timestamp: TEST_TIMESTAMP,
    ...options,
  })
}
