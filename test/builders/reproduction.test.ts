import { expect, test } from 'vitest'
import type { PackOptions } from '../../src/builders/pack-options.ts'
import { reproductionOptions } from '../../src/builders/reproduction.ts'
import type { BuildParameters } from '../../src/package/origin/provenance-statement.ts'

const OPTIONS: PackOptions = {
  manifest: '/here/other.json',
  cacheDirectory: '/cache',
  environment: { SOURCE_DATE_EPOCH: '1', PATH: '/bin' },
}
const PARAMETERS: BuildParameters = {
  ...{ manifest: 'app.json', profile: 'portable', effort: 'release', launcher: 'native', sbom: false },
  platform: 'linux_arm64',
}
const again = (parameters: Partial<BuildParameters> = {}, options: Partial<PackOptions> = {}) =>
  reproductionOptions({ ...PARAMETERS, ...parameters }, { ...OPTIONS, ...options }, '/here', true)

test('what provenance says counts, the time that it does not name included', () => {
  expect(again()).toMatchObject({
    ...{ manifest: '/here/app.json', profile: 'portable', effort: 'release', sbom: false, provenance: true },
    ...{ launcher: 'native', platform: { os: 'linux', arch: 'arm64' } },
  })
  expect(again().environment).toEqual({ PATH: '/bin' })
  expect(again({ sourceDateEpoch: 7 }).environment.SOURCE_DATE_EPOCH).toBe('7')
})

test('what only a path names is given by whoever packs again', () => {
  const python = { interpreter: '/usr/bin/python3' }
  expect(again({ python: 'vendored' }, { python }).python).toEqual(python)
  expect(again({ python: 'uv:3.12' }, { python }).python).toEqual({ interpreter: 'uv:3.12' })
  expect(again({ launcher: 'file' }, { launcher: { path: '/x' } }).launcher).toEqual({ path: '/x' })
  const code = expect.objectContaining({ code: 'REPRODUCE_INPUT' })
  expect(() => again({ launcher: 'file' })).toThrow(code)
  expect(() => again({ platform: 'plan9_amd64' })).toThrow(code)
})

test('a package that is for every platform is packed for every one again, with the launcher of that one', () => {
  const anywhere = reproductionOptions(PARAMETERS, OPTIONS, '/here', false)
  expect(anywhere).toMatchObject({ launcherPlatform: { os: 'linux', arch: 'arm64' } })
  expect(anywhere).not.toHaveProperty('platform')
})
