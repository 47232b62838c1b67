import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { materialise } from '../../src/launch/materialise.ts'
import type { LaunchOptions } from '../../src/launch/prepare-launch.ts'
import type { PlannedSlot } from '../../src/package/package-plan.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

function optionsOf(path: string, environment: Record<string, string>): LaunchOptions {
  const io = { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 }
  return { path, argv: [path], environment: { PATH: '/usr/bin:/bin', ...environment }, io, log: () => {} }
}

async function lazyPackage(directory: string, text: string) {
  const source = join(directory, 'source')
  writeFileSync(source, text)
  const lazy: PlannedSlot = { ...fileSlot('my-models', source, 'share/models.txt'), lifecycle: 'lazy' }
  return await writeShellPackage(directory, { changes: { slots: [lazy], execution: SH } })
}

const SH = { primary_slot: 0, command: '/bin/sh', argv: ['/bin/sh'] }

test('§8.4 fills a slot and says where, whatever FLAVOR_WORKENV_CACHE is', async () => {
  const directory = scratch()
  const { path } = await lazyPackage(directory, 'a text that is long enough')
  const environment = { FLAVOR_CACHE: join(directory, 'cache'), FLAVOR_WORKENV_CACHE: '0' }
  const places = [0, 1].map(async () => materialise(optionsOf(path, environment), 'my-models'))
  const [one, two] = await Promise.all(places)
  expect(one).toBe(two)
  expect(readFileSync(one ?? '', 'utf8')).toBe('a text that is long enough')
})

test('§8.4 names no slot that is not lazy, before anything is unpacked', async () => {
  const directory = scratch()
  const { path } = await lazyPackage(directory, 'a text that is long enough')
  const environment = { FLAVOR_CACHE: join(directory, 'cache') }
  const refused = materialise(optionsOf(path, environment), 'other')
  await expect(refused).rejects.toMatchObject({ code: 'SLOT_NOT_LAZY' })
  expect(existsSync(environment.FLAVOR_CACHE)).toBe(false)
})

test('workenv §9.3 a package that was replaced while its program runs is refused, another one is not', async () => {
  const directory = scratch()
  const { path } = await lazyPackage(directory, 'a text that is long enough')
  const asking = { FLAVOR_CACHE: join(directory, 'cache'), FLAVOR_SLOT_MY_MODELS: '/c/slots/0/tree/models.txt' }
  const ask = (more: Record<string, string>) => materialise(optionsOf(path, { ...asking, ...more }), 'my-models')
  await expect(ask({ FLAVOR_PACKAGE_FILE: path })).rejects.toMatchObject({ code: 'PACKAGE_REPLACED' })
  const place = await ask({ FLAVOR_PACKAGE_FILE: '/another/app' })
  expect(await ask({ FLAVOR_PACKAGE_FILE: path, FLAVOR_SLOT_MY_MODELS: place })).toBe(place)
})
