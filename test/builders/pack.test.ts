import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pack } from '../../src/builders/pack.ts'
import type { PackOptions } from '../../src/builders/pack-options.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { pipe } from '../support/pipe.ts'
import { fakeLauncher } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

const MANIFEST = {
  package: { name: 'sample', version: '1.0' },
  execution: { command: '/bin/sh {workenv}/run.sh' },
  slots: [{ id: 'run', source: '{workenv}/run.sh', target: 'run.sh' }],
}

/** A project of a JSON manifest, and what packs it with a launcher that is none. */
function project(manifest: object = MANIFEST) {
  const directory = scratch()
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\necho a script that is long enough to be stored\n')
  writeFileSync(join(directory, 'app.json'), JSON.stringify(manifest))
  const options: PackOptions = {
    manifest: join(directory, 'app.json'),
    launcher: { path: fakeLauncher(directory).path },
    key: { kind: 'seed', text: 'test123' },
    workenvBase: directory,
    cacheDirectory: join(directory, 'cache'),
    environment: {},
  }
  return { directory, options, output: join(directory, 'dist/sample.psp') }
}

test('a project becomes a package in dist/ beside its manifest', async () => {
  const { options, output } = project()
  const packed = await pack(options)
  expect(packed).toMatchObject({
    kind: 'generic',
    written: { path: output, keyId: '9cd6f6b4b6a956c1', report: { deep: false } },
  })
  expect(JSON.stringify(packed)).not.toContain('seed":{')
  const pkg = openPackage(output)
  expect(pkg.metadata.package).toMatchObject({ name: 'sample', version: '1.0' })
  expect(pkg.metadata.build?.timestamp).toBe('1980-01-01T00:00:00Z')
  pkg.close()
})

test('the same project twice is the same bytes, the second time out of the cache', async () => {
  const { options, output } = project()
  await pack(options)
  const first = readFileSync(output)
  const { written } = await pack({ ...options, deepReadBack: true })
  expect(written.slots.map(slot => slot.cached)).toEqual([true, false, false])
  expect(written.report.deep).toBe(true)
  expect(readFileSync(output).equals(first)).toBe(true)
})

test('a project whose source holds its output is the same bytes each time: the former package stays out', async () => {
  const slots = [{ id: 'all', source: '{workenv}/app', target: 'app' }]
  const { options, directory } = project({ ...MANIFEST, execution: { command: '/bin/sh {workenv}/app/run.sh' }, slots })
  const app = join(directory, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'run.sh'), 'exit 0\n')
  const output = join(app, 'dist/sample.psp')
  const packed: Buffer[] = []
  for (let round = 0; round < 2; round++) {
    await pack({ ...options, output })
    packed.push(readFileSync(output))
  }
  expect(packed[1]?.equals(packed[0] ?? Buffer.alloc(0))).toBe(true)
})

test('SOURCE_DATE_EPOCH is the one time in it', async () => {
  const { options, output } = project()
  await pack({ ...options, environment: { SOURCE_DATE_EPOCH: '1700000000' } })
  const pkg = openPackage(output)
  expect(pkg.metadata.build?.timestamp).toBe('2023-11-14T22:13:20Z')
  pkg.close()
  await expect(pack({ ...options, environment: { SOURCE_DATE_EPOCH: 'now' } })).rejects.toThrow(code('SOURCE_DATE'))
})

test('FLAVOR_WORKENV_BASE means what the option means', async () => {
  const { options, directory } = project()
  const { workenvBase: _, ...rest } = options
  await pack({ ...rest, environment: { FLAVOR_WORKENV_BASE: directory } })
  await expect(pack({ ...rest, environment: { FLAVOR_WORKENV_BASE: join(directory, 'none') } })).rejects.toThrow(
    code('MANIFEST_SOURCE'),
  )
})

test('an ephemeral key is told in the package', async () => {
  const { options, output } = project()
  const { signing } = await pack({ ...options, key: { kind: 'ephemeral' } })
  expect(signing.kind).toBe('ephemeral')
  const pkg = openPackage(output)
  expect(pkg.metadata.ephemeral).toBe(true)
  pkg.close()
})

test('a failure leaves a former output as it was, and nothing beside it', async () => {
  const { options, output, directory } = project()
  mkdirSync(join(directory, 'dist'))
  writeFileSync(output, 'former')
  writeFileSync(join(directory, 'key'), 'no key', { mode: 0o600 })
  const failures: [Partial<PackOptions>, string][] = [
    [{ manifest: join(directory, 'none.json') }, 'MANIFEST_READ'],
    [{ key: { kind: 'file', path: join(directory, 'key') } }, 'KEY_FORMAT'],
    [{ launcher: { path: join(directory, 'none') } }, 'FILE_READ'],
    [{ output: join(directory, 'dist') }, 'OUTPUT_PLACE'],
    [{ output: pipe() }, 'OUTPUT_PLACE'],
    [{ output: `${directory}/new/` }, 'OUTPUT_PLACE'],
    [{ output: join(directory, 'app.json/below/x') }, 'OUTPUT_PLACE'],
    [{ output: join(directory, 'app.json') }, 'OUTPUT_PLACE'],
    [{ provenanceOutput: join(directory, 'app.json') }, 'OUTPUT_PLACE'],
    [{ provenanceOutput: output }, 'OUTPUT_PLACE'],
    [{ provenanceOutput: directory }, 'OUTPUT_PLACE'],
    [{ provenanceOutput: join(directory, 'app.json/below/x') }, 'OUTPUT_PLACE'],
    // Node's recursive mkdir never returns there.
    [{ output: '/proc/flavor/x' }, 'OUTPUT_PLACE'],
    [{ python: { interpreter: 'uv:3.12' } }, 'OPTION_UNUSED'],
    [{ python: { updateLock: true } }, 'OPTION_UNUSED'],
  ]
  for (const [change, expected] of failures)
    await expect(pack({ ...options, ...change }), expected).rejects.toThrow(code(expected))
  expect(readdirSync(join(directory, 'dist'))).toEqual(['sample.psp'])
  expect(readFileSync(output, 'utf8')).toBe('former')
})

test('what stops at a progress event leaves nothing', async () => {
  const { options, directory } = project()
  const stop = () => {
    throw new Error('stopped')
  }
  await expect(pack({ ...options, onProgress: stop })).rejects.toThrow('stopped')
  expect(readdirSync(join(directory, 'dist'))).toEqual([])
})
