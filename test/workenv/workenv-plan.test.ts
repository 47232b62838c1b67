import { expect, test } from 'vitest'
import type { Lifecycle } from '../../src/format/slot-enumerations.ts'
import type { PackageFile } from '../../src/package/package-file.ts'
import { planWorkenv, sharedTree, slotsOf } from '../../src/workenv/workenv-plan.ts'
import { appPlan, packed, sharingPlan, treeSlot } from './workenv-fixture.ts'

async function roles(lifecycles: readonly Lifecycle[], changes = {}) {
  const slots = lifecycles.map((lifecycle, at) =>
    treeSlot(`s${at}`, { [`f${at}`]: 'x' }, { lifecycle, target: `t${at}` }),
  )
  return planWorkenv(await packed(appPlan({ slots, ...changes })), 'linux').roles
}

test('workenv §4.1: where each lifecycle goes', async () => {
  const lifecycles: Lifecycle[] = ['init', 'startup', 'runtime', 'shutdown', 'cache', 'temporary', 'lazy', 'eager']
  expect(await roles([...lifecycles, 'dev', 'config', 'platform', 'volatile', 'persistent'])).toEqual([
    'none',
    ...['own', 'own', 'own', 'own', 'volatile', 'lazy', 'own'],
    ...['own', 'own', 'own', 'volatile', 'persistent'],
  ])
  expect(await roles(['init'], { setupCommands: ['true'] })).toEqual(['init'])
})

test('workenv §4.1: slots for one platform only', async () => {
  const slots = (['any', 'linux', 'macos', 'windows'] as const).map(platform =>
    treeSlot(platform, { [platform]: 'x' }, { platform, target: platform }),
  )
  const pkg = await packed(appPlan({ slots }))
  const used = (platform: NodeJS.Platform) => slotsOf(pkg.slots, planWorkenv(pkg, platform), 'own').map(({ id }) => id)
  expect([used('linux'), used('darwin'), used('win32'), used('freebsd')]).toEqual([
    ['any', 'linux'],
    ['any', 'macos'],
    ['any', 'windows'],
    ['any'],
  ])
})

test('workenv §3.1: what holds the absolute path is bound to its place', async () => {
  const isBound = async (changes: object) => planWorkenv(await packed(appPlan(changes)), 'linux').isPlaceBound
  expect(await isBound({})).toBe(false)
  expect(await isBound({ derived: [{ path: 'a', template: '', mode: '0600' }] })).toBe(true)
  expect(await isBound({ setupCommands: ['true'] })).toBe(true)
})

test('workenv §4.2: a shared slot is named by its signed tree hash', async () => {
  const pkg = await packed(sharingPlan())
  const [slot] = slotsOf(pkg.slots, planWorkenv(pkg, 'linux'), 'shared')
  expect(slot === undefined ? '' : `sha256:${sharedTree(slot)}`).toBe(slot?.metadata.tree)
})

/** The writer refuses these too; a foreign one may not. */
function withPlaces(pkg: PackageFile, derived: string, directory?: string): PackageFile {
  const directories = directory === undefined ? [] : [{ path: directory }]
  const files = derived === '' ? [] : [{ path: derived, template: '', mode: '0600' }]
  return { ...pkg, metadata: { ...pkg.metadata, derived: files, workenv: { directories } } }
}

test.each([
  ['../etc/passwd', undefined],
  ['/etc/passwd', undefined],
  ['a//b', undefined],
  ['python', undefined],
  ['python/bin/evil', undefined],
  ['', '{workenv}/../x'],
  ['', '/tmp'],
  ['', 'python/lib'],
])('workenv §4.3 and §4.4 refuse the derived file %j and the directory %j', async (derived, directory) => {
  const pkg = withPlaces(await packed(sharingPlan()), derived, directory)
  expect(() => planWorkenv(pkg, 'linux')).toThrowError(expect.objectContaining({ code: 'WORKENV_PLACE' }))
})
