import { chmodSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatMemory, remember } from '../../src/trust/memory.ts'
import { changeMemory, MEMORY_FILE, readMemory } from '../../src/trust/memory-file.ts'
import { ALICE, trustPlace } from '../support/trust-place.ts'

const seen = (name: string, version = '1') => ({ name, version, publicKey: ALICE.publicKey })

test('trust §5.1 what is remembered is in a file of its owner alone', async () => {
  const place = trustPlace()
  const file = join(place.path, MEMORY_FILE)
  expect(readMemory(place)).toEqual([])
  expect(readMemory({ ...place, path: join(place.path, 'none') })).toEqual([])
  await changeMemory(place, memory => remember(memory, seen('a')))
  expect(lstatSync(file).mode & 0o777).toBe(0o600)
  expect(readMemory(place)).toEqual([{ ...seen('a'), isCurrent: true }])
})

test('trust §5.1 of two at once nothing is lost', async () => {
  const place = trustPlace()
  const names = Array.from({ length: 20 }, (_, at) => `n${at}`)
  await Promise.all(names.map(name => changeMemory(place, memory => remember(memory, seen(name)))))
  expect(
    readMemory(place)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names.sort())
})

test('trust §5.1 no news is not written, a damaged memory is not written over', async () => {
  const place = trustPlace({ [MEMORY_FILE]: formatMemory(remember([], seen('a'))) })
  const file = join(place.path, MEMORY_FILE)
  const { ino } = lstatSync(file)
  await changeMemory(place, memory => remember(memory, seen('a')))
  expect(lstatSync(file).ino).toBe(ino)
  writeFileSync(file, 'damaged')
  await expect(changeMemory(place, () => [])).rejects.toMatchObject({ code: 'TRUST_LINE' })
  expect(readFileSync(file, 'utf8')).toBe('damaged')
  chmodSync(file, 0o666)
  expect(() => readMemory(place)).toThrow(expect.objectContaining({ code: 'TRUST_FILE_UNSAFE' }))
})
