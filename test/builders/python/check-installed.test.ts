import { expect, test } from 'vitest'
import { checkInstalled } from '../../../src/builders/python/check-installed.ts'
import { pythonProject, refused } from './stand-ins.ts'

const own = (...requires: string[]) => [{ name: 'app', version: '1.0', requires, entryPoints: [], directory: '/x' }]
const packages = [{ name: 'lib', version: '2.1rc1' }]

test('requirements that are met, or that may be for another platform, pass', () => {
  const requires = ['Lib[extra] (>=2,<3)', 'lib', 'gone>=1 ; sys_platform == "win32"', 'lib @ http://example.test/x']
  expect(() => checkInstalled(pythonProject(), own(...requires), packages)).not.toThrow()
})

test.each(['gone', 'lib>=3', 'lib==2.0'])('LOCK_STALE: %s', async requirement => {
  const refusal = await refused(() => checkInstalled(pythonProject(), own(requirement), packages))
  expect(refusal).toMatchObject({ code: 'LOCK_STALE' })
})
