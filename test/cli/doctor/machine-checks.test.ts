import { expect, test } from 'vitest'
import { libcCheck, nodeCheck, platformCheck } from '../../../src/cli/doctor/machine-checks.ts'
import { pinnedNodePackages } from '../../../src/tools/installation.ts'

test('the tests run on the pinned Node, and doctor says so', () => {
  const [version] = Object.values(pinnedNodePackages())
  expect(nodeCheck()).toEqual({ name: 'node', status: 'ok', detail: `${version}, the pinned one` })
})

test('the platform has the name that packages use', () => {
  expect(platformCheck()).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^(linux|darwin|windows) (amd64|arm64)$/),
  })
})

test('the C library is named with its version', () => {
  const { detail } = libcCheck()
  expect(detail).toMatch(process.platform === 'linux' ? /^(glibc \d+\.\d+|musl)$/ : /^that of the system$/)
})
