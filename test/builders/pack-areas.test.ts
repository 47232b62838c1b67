import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packAreas, removePackAreas } from '../../src/builders/pack-areas.ts'
import { scratch } from '../support/scratch.ts'

test('only what packing keeps is removed, and what is no directory is left alone', () => {
  const cache = scratch()
  for (const name of ['pack/slots', 'interpreters/x', 'launchers', 'envs', 'slots'])
    mkdirSync(join(cache, name), { recursive: true })
  writeFileSync(join(cache, 'tools'), '')
  expect(packAreas(cache)).toEqual([join(cache, 'pack'), join(cache, 'interpreters')])
  removePackAreas(cache)
  expect(readdirSync(cache).sort()).toEqual(['envs', 'launchers', 'slots', 'tools'])
  removePackAreas(cache)
  expect(packAreas(join(cache, 'nowhere'))).toEqual([])
})
