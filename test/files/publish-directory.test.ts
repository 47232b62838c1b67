import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { publishDirectory } from '../../src/files/publish-directory.ts'
import { scratch } from '../support/scratch.ts'

let directory: string
let paths: { staged: string; place: string; aside: string }

beforeEach(() => {
  directory = scratch()
  paths = { staged: join(directory, 'staged'), place: join(directory, 'place'), aside: join(directory, 'aside') }
  make('staged', 'new')
})

function make(name: string, text: string): void {
  mkdirSync(join(directory, name))
  writeFileSync(join(directory, name, 'file'), text)
}

const published = () => readFileSync(join(paths.place, 'file'), 'utf8')

test('appears where nothing is', () => {
  publishDirectory({ ...paths, serves: () => false })
  expect(published()).toBe('new')
  expect(readdirSync(directory)).toEqual(['place'])
})

test('what a faster process made stays', () => {
  make('place', 'first')
  publishDirectory({ ...paths, serves: () => true })
  expect(published()).toBe('first')
  expect(existsSync(paths.aside)).toBe(false)
})

test('what does not serve makes room, whole', () => {
  make('place', 'damaged')
  publishDirectory({ ...paths, serves: () => false })
  expect(published()).toBe('new')
  expect(readFileSync(join(paths.aside, 'file'), 'utf8')).toBe('damaged')
})

test('other failures are those of the system', () => {
  writeFileSync(join(directory, 'file'), '')
  const publish = () => publishDirectory({ ...paths, place: join(directory, 'file/below'), serves: () => false })
  expect(publish).toThrow(expect.objectContaining({ code: 'ENOTDIR' }))
  expect(existsSync(paths.staged)).toBe(true)
})
