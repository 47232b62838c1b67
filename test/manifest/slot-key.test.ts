import { expect, test } from 'vitest'
import { slotKey } from '../../src/manifest/slot-key.ts'
import { refusal } from './manifests.ts'

const source = {
  path: 'x.json',
  text: '{"slot": {"encryption": "?", "key_source": "?", "share": true}}',
  syntax: 'json' as const,
}
const key = (slot: Parameters<typeof slotKey>[0]) => slotKey(slot, source, ['slot'])
const aes = (key_source: string) => key({ encryption: 'aes256', key_source })

test('§4.7 a source with its encryption, or neither', () => {
  expect(key({})).toEqual({})
  expect(key({ encryption: null, key_source: null })).toEqual({})
  for (const given of ['env:KEY', 'file:/run/key', 'command:/bin/pass show x', 'file:C:\\key', 'command:"/a b/c" d'])
    expect(aes(given)).toEqual({ keySource: given })
})

test('§4.7 one without the other is refused', () => {
  expect(refusal(() => key({ encryption: 'aes256' }))).toMatchObject({ code: 'MANIFEST_MISSING' })
  expect(refusal(() => key({ key_source: 'env:KEY' }))).toMatchObject({ code: 'MANIFEST_MISSING' })
})

test('§4.7 what no launcher would take is refused when it is packed', () => {
  for (const given of ['env:FLAVOR_KEY', 'env:A=B', 'file:key', 'file:~/key', 'command:pass show x'])
    expect(refusal(() => aes(given))).toMatchObject({ code: 'MANIFEST_VALUE' })
})

test('§6.4 an encrypted slot is not shared', () => {
  const shared = () => key({ encryption: 'aes256', key_source: 'env:KEY', share: true })
  expect(refusal(shared)).toMatchObject({ code: 'MANIFEST_VALUE' })
})
