import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isSameKey } from '../../src/trust/base64.ts'
import { addKey, listKeyring, removeKeys, strayFiles } from '../../src/trust/keyring-changes.ts'
import { ALICE, BOB, pinLine, trustPlace } from '../support/trust-place.ts'

const line = (key: typeof ALICE, names: string[], comment = '') => ({ publicKey: key.publicKey, names, comment })

test('trust §2.2 names go where they are looked for, patterns to all.keys', async () => {
  const place = trustPlace()
  await addKey(place, line(ALICE, ['app', 'a%20b', 'x-*', '*'], 'Alice'))
  expect(readdirSync(place.path).sort()).toEqual(['all.keys', 'for-a_b.keys', 'for-app.keys', 'seen.lock'])
  expect(readFileSync(join(place.path, 'all.keys'), 'utf8')).toBe(pinLine(ALICE, 'x-*,*', 'Alice'))
  expect(lstatSync(join(place.path, 'all.keys')).mode & 0o777).toBe(0o600)
  expect(listKeyring(place).map(({ names }) => names.join())).toEqual(['x-*,*', 'a%20b', 'app'])
})

test('comments and other lines stay, the same key for the same names is there once', async () => {
  const place = trustPlace({ 'for-app.keys': `# ours\n${pinLine(BOB, 'app')}` })
  await addKey(place, line(ALICE, ['app'], 'one'))
  await addKey(place, line(ALICE, ['app'], 'two'))
  const file = join(place.path, 'for-app.keys')
  expect(readFileSync(file, 'utf8')).toBe(`# ours\n${pinLine(BOB, 'app')}${pinLine(ALICE, 'app', 'two')}`)
  const removed = await removeKeys(place, ({ publicKey }) => isSameKey(publicKey, BOB.publicKey))
  expect(removed.map(({ file }) => file)).toEqual([file])
  expect(readFileSync(file, 'utf8')).toBe(`# ours\n${pinLine(ALICE, 'app', 'two')}`)
})

test('a file without lines goes, and nothing is written for nothing', async () => {
  const place = trustPlace({ 'for-app.keys': pinLine(ALICE, 'app') })
  expect(await removeKeys(place, () => false)).toEqual([])
  expect(existsSync(join(place.path, 'seen.lock'))).toBe(false)
  await removeKeys(place, () => true)
  expect(existsSync(join(place.path, 'for-app.keys'))).toBe(false)
  expect(listKeyring({ ...place, path: join(place.path, 'none') })).toEqual([])
})

test('trust §2.2 what nothing reads in the directory of a keyring is told', () => {
  const place = trustPlace({
    'all.keys': '',
    'for-a.keys': '',
    seen: '',
    'seen.lock': '',
    '.x.tmp': '',
    'a.pem': '',
    'a.keys': '',
  })
  expect(strayFiles(place)).toEqual(['a.keys', 'a.pem'].map(name => join(place.path, name)))
  expect(strayFiles({ ...place, path: join(place.path, 'none') })).toEqual([])
})
