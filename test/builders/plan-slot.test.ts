import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { planSlot } from '../../src/builders/plan-slot.ts'
import { OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import { loadProject } from '../../src/manifest/load-project.ts'
import type { ProjectSlot } from '../../src/manifest/project.ts'
import { scratch } from '../support/scratch.ts'

function plan(bytes: Uint8Array, slot: Partial<ProjectSlot>) {
  const directory = scratch()
  const manifest = join(directory, 'pyproject.toml')
  writeFileSync(manifest, '[project]\nname = "x"\nversion = "1"\nscripts.x = "x:y"\n')
  writeFileSync(join(directory, 'file'), bytes)
  const whole = { id: 'a', source: 'file', target: 'a', purpose: 'data', lifecycle: 'runtime', ...slot } as const
  return planSlot(whole, join(directory, 'file'), loadProject(manifest), ['tool', 'flavor', 'slots', 0])
}

const tar = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)])

test('a file that already is what its operations say is stored as it is', () => {
  expect(plan(tar, { operations: [OP_TAR] })).toMatchObject({ content: { kind: 'encoded' } })
  expect(plan(zstdCompressSync('x'), { operations: [OP_ZSTD] })).toMatchObject({ content: { kind: 'encoded' } })
})

test('without operations it is a file, whatever it begins with', () => {
  expect(plan(zstdCompressSync('x'), {})).toMatchObject({ content: { kind: 'file' }, operations: [OP_ZSTD] })
  expect(plan(new Uint8Array(), {})).toMatchObject({ content: { kind: 'file' }, permissions: 0o644 })
})

test('an absolute source leaves only its name in the package', () => {
  expect(plan(tar, { source: '/somewhere/secret/file' }).source).toBe('file')
})
