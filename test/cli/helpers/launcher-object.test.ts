import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listLaunchers } from '../../../src/builders/launcher/launcher-store.ts'
import { LAUNCHER_FIELDS, launcherFields, launcherObject } from '../../../src/cli/helpers/launcher-object.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

test('an object has exactly the fields that are described; a platform that nobody knows is not current', () => {
  const cache = join(scratch(), 'cache')
  storeLauncher(cache, { platform: 'beos_ppc' })
  const objects = listLaunchers(cache).map(launcherObject)
  expect(objects).toMatchObject([{ platform: 'beos_ppc', current: false }])
  for (const object of objects) expect(Object.keys(object).sort()).toEqual(Object.keys(LAUNCHER_FIELDS).sort())
  expect(launcherFields('launchers[]')).toHaveProperty(['launchers[].sha256'])
})
