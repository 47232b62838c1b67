import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describePackage } from '../../../src/cli/inspection/inspection.ts'
import { openPackage } from '../../../src/package/package-file.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

async function inspected() {
  const directory = scratch()
  const { path, size } = await writeSample(directory, samplePlan(join(directory, 'plan')))
  const pkg = openPackage(path)
  const inspection = describePackage(pkg)
  pkg.close()
  return { inspection, size }
}

test('the regions of a file add up to the file', async () => {
  const { inspection, size } = await inspected()
  const sum = Object.values(inspection.regions).reduce((total, bytes) => total + bytes, 0)
  expect(sum).toBe(size)
  expect(inspection.regions.padding).toBeGreaterThanOrEqual(0)
})

test('every field is described in docs/json.md', async () => {
  const { inspection } = await inspected()
  expect(await undeclaredFields(inspection)).toEqual([])
})

test('the keys of the reference are there, with its meanings', async () => {
  const { inspection } = await inspected()
  expect(inspection).toMatchObject({
    package: 'app.psp',
    format: 'PSPF/2025',
    format_version: '0x20250001',
    launcher_size: 17,
    package_metadata: { name: 'sample', version: '1.2.3' },
    slots: [
      { index: 0, name: 'app', purpose: 'code', operations: 'tar.zst' },
      { index: 1, name: 'readme', purpose: 'data', operations: 'gzip' },
    ],
  })
})
