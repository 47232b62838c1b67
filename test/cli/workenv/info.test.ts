import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { undeclaredFields } from '../../support/json-fields.ts'
import { unpackedSample } from '../../support/unpacked-sample.ts'

test('workenv §1.1 every rung is shown with its state', async () => {
  const { environment } = await unpackedSample()
  const { stdout } = await runInProcess(['workenv', 'info', '--json'], { environment })
  const object = JSON.parse(stdout)
  expect(await undeclaredFields(object)).toEqual([])
  expect(object.bases[0]).toEqual({ rung: 'FLAVOR_CACHE', path: environment.FLAVOR_CACHE, state: 'usable' })
  expect(object.workenvs).toBeGreaterThanOrEqual(1)
  const text = (await runInProcess(['workenv', 'info'], { environment })).stdout
  expect(text).toContain(`FLAVOR_CACHE  ${environment.FLAVOR_CACHE}  `)
  expect(text).toMatch(/\n\n\d+ work environments?( and \d+ shared slots?)?, .*B\n$/)
})
