import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBoundTo } from '../../../../src/builders/python/user-python/bound-packages.ts'
import { scratch } from '../../../support/scratch.ts'
import { writeFiles } from '../stand-ins.ts'

function installed(...tags: string[]) {
  const directory = scratch()
  writeFiles(directory, { WHEEL: `Wheel-Version: 1.0\n${tags.map(tag => `Tag: ${tag}\n`).join('')}` })
  return { directory }
}

test('wheels of pure Python serve every version', () => {
  expect(isBoundTo([installed('py2-none-any', 'py3-none-any'), installed('py38-none-any')], [])).toBe(false)
})

test.each([
  'cp311-cp311-linux_x86_64',
  'cp38-abi3-linux_x86_64',
  'py3-none-linux_x86_64',
  'cp311-none-any',
  'py2-none-any',
])('%s binds', tag => {
  expect(isBoundTo([installed('py3-none-any'), installed(tag)], [])).toBe(true)
})

test('a distribution that no wheel brought binds, for nobody knows what is in it', () => {
  expect(isBoundTo([{ directory: join(scratch(), 'none') }], [])).toBe(true)
})

test('a marker on the version binds, one on the system does not: the package is for one system anyway', () => {
  const requirement = (marker: string) => [{ requirement: `lib==1 ; ${marker}` }]
  expect(isBoundTo([], requirement("sys_platform == 'win32'"))).toBe(false)
  expect(isBoundTo([], requirement("python_full_version < '3.12'"))).toBe(true)
  expect(isBoundTo([], requirement("sys_platform == 'win32' and platform_python_implementation != 'PyPy'"))).toBe(true)
})
