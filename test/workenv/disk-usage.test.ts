import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import { scratch } from '../support/scratch.ts'

test('counts a file with two names once, and follows no link', () => {
  const directory = scratch()
  mkdirSync(join(directory, 'a/b'), { recursive: true })
  writeFileSync(join(directory, 'a/b/one'), '12345')
  linkSync(join(directory, 'a/b/one'), join(directory, 'two'))
  symlinkSync('a', join(directory, 'link'))
  writeFileSync(join(directory, 'three'), '1')
  expect(diskUsage(directory)).toEqual({ bytes: 6, files: 2 })
  for (const name of ['link', 'three']) expect(diskUsage(join(directory, name))).toEqual({ bytes: 0, files: 0 })
  expect(diskUsage(join(directory, 'nothing'))).toEqual({ bytes: 0, files: 0 })
})
