import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectUv } from '../../../src/builders/python/project-uv.ts'
import { scratch } from '../../support/scratch.ts'
import { pythonProject, refused, writeFiles } from './stand-ins.ts'

/** A machine whose uv has the given version. */
function context(version: string) {
  const bin = scratch()
  writeFiles(bin, { uv: `#!/bin/sh\necho uv ${version}\n` })
  chmodSync(join(bin, 'uv'), 0o755)
  return { environment: { PATH: bin }, cacheDirectory: scratch() }
}

test('without a lock any uv that is new enough, with the lock the one that it names', async () => {
  const project = pythonProject()
  expect(await projectUv(project, undefined, context('0.99.1'))).toMatchObject({ tool: { version: '0.99.1' } })
  expect(await projectUv(project, '0.99.1', context('0.99.1'))).toMatchObject({ directory: project.directory })
})

test('LOCK_STALE: another uv may install otherwise', async () => {
  const refusal = await refused(() => projectUv(pythonProject(), '0.98.0', context('0.99.1')))
  expect(refusal).toMatchObject({ code: 'LOCK_STALE', detail: { got: expect.stringContaining('0.99.1') } })
})
