import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { undeclaredFields } from '../support/json-fields.ts'
import { flavor } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

test('the demonstration packs, runs and verifies, and what it leaves runs', async () => {
  const directory = scratch()
  const path = join(directory, 'http')
  const { exitCode, stdout, stderr } = await flavor(['demo', '--json', '--output', path])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const object = JSON.parse(stdout)
  expect(await undeclaredFields(object)).toEqual([])
  expect(object).toMatchObject({ type: 'demo', path, output: '3.2.4' })
  expect(object.size).toBeGreaterThan(object.launcher_size)
  const cache = join(directory, 'cache')
  const version = await execa(path, ['--version'], { env: { FLAVOR_CACHE: cache } })
  expect(version.stdout).toBe('3.2.4')
  rmSync(cache, { recursive: true })
}, 300_000)

test('helpers build makes the launcher that helpers test proves', async () => {
  const built = JSON.parse((await flavor(['helpers', 'build', '--json'])).stdout)
  expect(await undeclaredFields(built)).toEqual([])
  expect(built).toMatchObject({ type: 'helpers-build', current: true })
  const tested = JSON.parse((await flavor(['helpers', 'test', '--json'])).stdout)
  const own = tested.launchers.find((one: { sha256: string }) => one.sha256 === built.sha256)
  expect(own.runs).toContain(built.name)
}, 300_000)
