import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addRoots, addZones } from '../../../src/builders/python/support-files.ts'
import { scratch } from '../../support/scratch.ts'
import { below, distribution, FakeUv, installContext, standInInterpreter } from './stand-ins.ts'

const site = `${standInInterpreter().stdlib}/site-packages`

function setUp() {
  const files = {
    ...distribution('certifi', '1', { 'certifi/cacert.pem': 'roots', 'INFO/licenses/LICENSE': 'licence' }),
    ...distribution('tzdata', '1', { 'tzdata/zoneinfo/UTC': 'zone' }),
  }
  const fake = new FakeUv(scratch()).says(below(`install/${site}`, files))
  return { tree: scratch(), context: installContext(fake) }
}

test('roots of trust come as a file with its licence, not as a module', async () => {
  const { tree, context } = setUp()
  const place = await addRoots(context, tree)
  expect(readFileSync(join(tree, place), 'utf8')).toBe('roots')
  expect(readFileSync(join(tree, 'share/flavor/cacert.LICENSE'), 'utf8')).toBe('licence')
  expect(existsSync(join(tree, site, 'certifi'))).toBe(false)
})

test('time zones come as the package that zoneinfo looks for', async () => {
  const { tree, context } = setUp()
  await addZones(context, tree)
  expect(readFileSync(join(tree, site, 'tzdata/zoneinfo/UTC'), 'utf8')).toBe('zone')
  expect(existsSync(join(tree, site, 'tzdata-1.dist-info/METADATA'))).toBe(true)
  expect(existsSync(join(tree, site, 'certifi'))).toBe(false)
})
