import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setuptoolsElsewhere } from '../../../src/builders/python/setuptools-elsewhere.ts'
import { scratch } from '../../support/scratch.ts'

test('setuptools is told to work in directories that are there', () => {
  const directory = scratch()
  const { DIST_EXTRA_CONFIG = '' } = setuptoolsElsewhere(directory)
  const config = readFileSync(DIST_EXTRA_CONFIG, 'utf8')
  expect(config).toBe(
    `[build]\nbuild_base = ${join(directory, 'build')}\n\n[egg_info]\negg_base = ${join(directory, 'egg-info')}\n`,
  )
  for (const name of ['build', 'egg-info']) expect(statSync(join(directory, name)).isDirectory()).toBe(true)
})
