import { expect, test } from 'vitest'
import { slotOperations, slotTarget } from '../../src/manifest/slot-operations.ts'
import { refusal } from './manifests.ts'

const source = { path: 'x.json', text: '{"operations": "?"}', syntax: 'json' as const }

test('§4.2 every spelling of a chain that we can write', () => {
  const chain = (text: string) => slotOperations(text, source, ['operations'])
  expect(chain('raw')).toEqual([])
  expect(chain('none')).toEqual([])
  expect(chain('gzip')).toEqual([0x10])
  expect(chain('tar.gz')).toEqual(chain('tgz'))
  expect(chain('tar,gzip')).toEqual(chain('tar|gzip'))
  expect(chain('tar.zst')).toEqual([0x01, 0x1b])
})

test('§4.3 what is unknown, or known and never decoded, is refused', () => {
  for (const text of ['bzip2', 'txz', 'tar|aes256-gcm', 'gzip|tar', 'squashfs']) {
    const refused = refusal(() => slotOperations(text, source, ['operations']))
    expect(refused).toMatchObject({ code: 'MANIFEST_OPERATION', at: '1:16' })
  }
})

test('§5.4 a target stays below the work environment', () => {
  expect(slotTarget('{workenv}/a/b/', source, ['operations'])).toBe('a/b')
  expect(slotTarget('{workenv}', source, ['operations'])).toBe('')
  expect(refusal(() => slotTarget('/etc/passwd', source, ['operations']))).toMatchObject({ code: 'MANIFEST_VALUE' })
})
