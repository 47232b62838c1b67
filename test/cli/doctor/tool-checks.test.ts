import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pythonCheck, uvCheck } from '../../../src/cli/doctor/tool-checks.ts'
import { scratch } from '../../support/scratch.ts'

function withProgram(name: string, output: string) {
  const bin = join(scratch(), 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, name), `#!/bin/sh\n${output}\n`)
  chmodSync(join(bin, name), 0o755)
  return { PATH: bin }
}

test('an uv that is installed is named; without one nothing is fetched', async () => {
  const environment = withProgram('uv', 'echo uv 0.99.0')
  expect(await uvCheck({ environment, cacheDirectory: '' })).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('0.99.0'),
  })
  expect(await uvCheck({ environment: { PATH: '' }, cacheDirectory: '' })).toMatchObject({ status: 'warn' })
  const named = { PATH: '', FLAVOR_UV: '/nonexistent/uv' }
  expect(await uvCheck({ environment: named, cacheDirectory: '' })).toMatchObject({ status: 'fail' })
})

test('a stub of a version manager that runs nothing is no Python', async () => {
  expect(await pythonCheck(withProgram('python3', 'echo Python 3.12.1'))).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^3\.12\.1, /),
  })
  expect(await pythonCheck(withProgram('python3', 'exit 127'))).toMatchObject({ status: 'warn' })
})
