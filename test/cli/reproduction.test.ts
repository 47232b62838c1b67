import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pack } from '../../src/builders/pack.ts'
import type { PackOptions } from '../../src/builders/pack-options.ts'
import { reproduce, reproductionObject, reproductionText } from '../../src/cli/reproduction.ts'
import { fakeLauncher } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

function project(directory = scratch()) {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\necho a script that is long enough to be stored\n')
  const slots = [{ id: 'run', source: '{workenv}/run.sh', target: 'run.sh' }]
  const manifest = { package: { name: 'x', version: '1' }, execution: { command: '/bin/sh {workenv}/run.sh' }, slots }
  writeFileSync(join(directory, 'app.json'), JSON.stringify(manifest))
  const options: PackOptions = {
    manifest: join(directory, 'app.json'),
    launcher: { path: fakeLauncher(directory).path },
    key: { kind: 'seed', text: 'test123' },
    workenvBase: directory,
    cacheDirectory: join(directory, 'cache'),
    environment: {},
  }
  return { directory, options }
}

async function original() {
  const { directory, options } = project()
  const environment = { SOURCE_DATE_EPOCH: '1700000000' }
  const { written } = await pack({ ...options, environment, effort: 'fast', profile: 'portable' })
  return { path: written.path, directory }
}

test('a package is packed again from another directory, to the same bytes, and nothing stays', async () => {
  const { path } = await original()
  const { options } = project(join(scratch(), 'another place'))
  const done = await reproduce(path, options)
  expect(done).toMatchObject({ total: 0, isSameKey: true })
  expect(reproductionText(done)).toBe(`${path} was reproduced: the same bytes\n`)
  expect(existsSync(done.packed.written.path)).toBe(false)
})

test('with another key all but what that key signed is the same', async () => {
  const { path } = await original()
  const { options } = project()
  const done = await reproduce(path, { ...options, key: { kind: 'ephemeral' } })
  expect(reproductionObject(done)).toEqual({
    reproduces: path,
    reproduced: true,
    same_key: false,
    total: 0,
    differences: [],
  })
})

test('what differs is said', async () => {
  const { path } = await original()
  const { directory, options } = project()
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\necho another script that is long enough to be stored\n')
  const done = await reproduce(path, options)
  expect(done.shown.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['file', 'sbom', 'provenance']))
  expect(reproductionText(done)).toMatch(/ was not reproduced: \d+ differences?\n/)
})

test('a package without provenance says nothing that could be done again', async () => {
  const { options } = project()
  const { written } = await pack({ ...options, provenance: false })
  await expect(reproduce(written.path, options)).rejects.toThrow(expect.objectContaining({ code: 'ORIGIN_ABSENT' }))
})
