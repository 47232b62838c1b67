import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildGeneric } from '../../../src/builders/generic/build-generic.ts'
import type { FlavorError } from '../../../src/format/flavor-error.ts'
import { loadProject } from '../../../src/manifest/load-project.ts'
import { openPackage } from '../../../src/package/package-file.ts'
import type { PackagePlan } from '../../../src/package/package-plan.ts'
import { verifyPackage } from '../../../src/package/verify.ts'
import { writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

interface Written {
  readonly directory: string
  build(changes: Record<string, unknown>, workenvBase?: string): Promise<PackagePlan>
}

/** A directory with a file, an archive, a compressed file and a directory. */
function sources(): Written {
  const directory = scratch()
  mkdirSync(join(directory, 'tree/sub'), { recursive: true })
  writeFileSync(join(directory, 'tree/sub/a.txt'), 'a')
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\necho hello from a file\n', { mode: 0o755 })
  writeFileSync(join(directory, 'text.gz'), gzipSync('already compressed\n'))
  return {
    directory,
    build(changes, workenvBase) {
      const manifest = join(directory, 'x.json')
      const slots = [{ id: 'run', source: 'run.sh', target: 'run.sh' }]
      const value = { package: { name: 'x', version: '1' }, execution: { command: '/bin/sh {workenv}/run.sh' }, slots }
      writeFileSync(manifest, JSON.stringify({ ...value, ...changes }, null, 2))
      const project = loadProject(manifest)
      if (project.kind !== 'generic') throw new Error('not a JSON manifest')
      return buildGeneric(project, { directory, ...(workenvBase === undefined ? {} : { workenvBase }) })
    },
  }
}

test('the slots and the command of the manifest, and a package that verifies', async () => {
  const { directory, build } = sources()
  const plan = await build({
    execution: { command: '/bin/sh {workenv}/run.sh', environment: { A: '1' } },
    slots: [
      { id: 'run', source: 'run.sh', target: 'run.sh', operations: 'raw', permissions: '0700' },
      { id: 'tree', source: 'tree', target: '{workenv}/data', operations: 'tgz', purpose: 'payload' },
      { id: 'text', source: 'text.gz', target: 'text', operations: 'gzip' },
      { id: 'plain', source: join(directory, 'run.sh'), target: 'plain' },
      { id: 'self', source: '$SELF', target: 'self' },
    ],
    runtime: { env: { unset: ['X'] } },
    workenv: { directories: [{ path: '{workenv}/tmp' }] },
    setup_commands: [{ type: 'execute', command: '/bin/true' }],
  })
  expect(plan).toMatchObject({
    package: { name: 'x', version: '1' },
    execution: { primary_slot: 0, command: '/bin/sh {workenv}/run.sh', env: { A: '1' } },
    runtimeEnv: { unset: ['X'] },
    workenv: { directories: [{ path: '{workenv}/tmp' }] },
    setupCommands: [{ type: 'execute', command: '/bin/true' }],
  })
  expect(plan.slots).toMatchObject([
    { id: 'run', operations: [], permissions: 0o700, content: { kind: 'file' } },
    { id: 'tree', target: 'data', operations: [0x01, 0x10], content: { kind: 'tree' } },
    { id: 'text', operations: [0x10], content: { kind: 'encoded' } },
    { id: 'plain', source: 'run.sh', operations: [0x1b], permissions: 0o755, content: { kind: 'file' } },
    { id: 'self', content: { kind: 'self' } },
  ])
  const written = await writeSample(directory, plan)
  const pkg = openPackage(written.path)
  try {
    await expect(verifyPackage(pkg, { deep: true })).resolves.toMatchObject({ deep: true })
  } finally {
    pkg.close()
  }
})

test('a directory without operations is archived for the user', async () => {
  const plan = await sources().build({ slots: [{ id: 'tree', source: 'tree', target: '{workenv}' }] })
  expect(plan.slots).toMatchObject([
    {
      target: '{workenv}',
      operations: [0x01, 0x1b],
      content: { kind: 'tree', entries: [{ path: 'sub' }, { path: 'sub/a.txt' }] },
    },
  ])
})

test('{workenv} in a source is the base that was given', async () => {
  const { directory, build } = sources()
  const slots = [{ id: 'a', source: '{workenv}/sub/a.txt', target: 'a' }]
  const plan = await build({ slots }, join(directory, 'tree'))
  expect(plan.slots[0]).toMatchObject({ content: { path: join(directory, 'tree/sub/a.txt') } })
  await expect(build({ slots })).rejects.toMatchObject({ code: 'MANIFEST_SOURCE' })
})

describe('what cannot be packed is refused with its line', () => {
  test.each([
    ['MANIFEST_SOURCE', 'a source that is not there', { source: 'nothing', target: 'a' }],
    ['MANIFEST_SOURCE', 'a single file as the root', { source: 'run.sh', target: '{workenv}' }],
    ['MANIFEST_OPERATION', 'a directory that is no archive', { source: 'tree', target: 'a', operations: 'gzip' }],
    [
      'MANIFEST_OPERATION',
      'a file that is not the archive that it claims to be',
      { source: 'run.sh', target: 'a', operations: 'tgz' },
    ],
  ])('%s: %s', async (code, _, slot) => {
    const refused = await sources()
      .build({ slots: [{ id: 'a', ...slot }] })
      .then(
        () => undefined,
        (error: FlavorError) => error,
      )
    expect(refused?.code).toBe(code)
    expect(refused?.detail.line).toMatch(/^\d+$/)
  })
})
