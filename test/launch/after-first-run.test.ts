import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanAfter, keepHouse } from '../../src/launch/after-first-run.ts'
import { type LaunchOptions, openForLaunch, prepareLaunch } from '../../src/launch/prepare-launch.ts'
import { scratch } from '../support/scratch.ts'
import { freshBase } from '../workenv/workenv-fixture.ts'
import { writeShellPackage } from './shell-package.ts'

const DAYS = 31 * 24 * 3600

async function prepared(base: string, version: string, cleaner?: LaunchOptions['cleaner']) {
  const changes = { package: { name: 'sample', version } }
  const { path } = await writeShellPackage(join(scratch(), version), { changes })
  const io = { stdout: () => {}, stderr: () => {}, isTerminal: () => false, now: () => 0 }
  const environment = { FLAVOR_CACHE: base, HOME: '/nowhere', PATH: '/usr/bin:/bin' }
  const options = { path, argv: [path], environment, io, log: () => {}, ...(cleaner === undefined ? {} : { cleaner }) }
  return { options, launch: await prepareLaunch(await openForLaunch(options), options) }
}

async function withOld(cleaner?: LaunchOptions['cleaner']) {
  const base = freshBase()
  const { launch: old } = await prepared(base, '1')
  old.workenv.release()
  const seals = readdirSync(join(base, 'envs')).filter(name => name.endsWith('.seal'))
  const then = Date.now() / 1000 - DAYS
  for (const name of seals) utimesSync(join(base, 'envs', name), then, then)
  return { base, old: old.workenv.attempt.directory, ...(await prepared(base, '2', cleaner)) }
}

test('workenv §10.5: all of it, while whoever asked waits', async () => {
  const { old, launch, options } = await withOld()
  expect(await cleanAfter(launch.workenv, options)).toEqual([old])
  expect(await cleanAfter(launch.workenv, options)).toEqual([])
})

test('workenv §10.5: without a process for it, it is done in line', async () => {
  const { base, old, launch, options } = await withOld()
  await keepHouse(launch.workenv, options)
  expect(existsSync(old)).toBe(false)
  expect(readdirSync(join(base, 'staging'))).not.toEqual([])
})

test('workenv §10.5: what it starts gets its arguments as they are, and works in the root directory', async () => {
  const told = join(scratch(), 'told')
  mkdirSync(told)
  const script = join(told, 'script')
  writeFileSync(script, `pwd >"$1.part"; echo "$2 $MARK" >>"$1.part"; mv "$1.part" "$1"`)
  const argv = ['/bin/sh', script, join(told, 'done'), 'a "b" $c;']
  const { old, launch, options } = await withOld({ argv, variables: { MARK: 'x' } })
  await keepHouse(launch.workenv, options)
  await expect.poll(() => existsSync(join(told, 'done')), { timeout: 60_000 }).toBe(true)
  expect(readFileSync(join(told, 'done'), 'utf8')).toBe('/\na "b" $c; x\n')
  expect(existsSync(old)).toBe(true)
})
