import { expect, test } from 'vitest'
import { slotMeaning } from '../../src/manifest/slot-fields.ts'

test("§3.2 the reference's names mean what they mean there", () => {
  expect(slotMeaning({ purpose: 'payload', lifecycle: 'cached' })).toEqual({ purpose: 'data', lifecycle: 'cache' })
  expect(slotMeaning({ purpose: 'runtime', lifecycle: 'temp' })).toEqual({ purpose: 'code', lifecycle: 'temporary' })
  expect(slotMeaning({ purpose: 'tool', lifecycle: 'volatile' })).toEqual({ purpose: 'config', lifecycle: 'volatile' })
  expect(slotMeaning({ platform: 'darwin', permissions: '0750' })).toMatchObject({
    platform: 'macos',
    permissions: 0o750,
  })
})
