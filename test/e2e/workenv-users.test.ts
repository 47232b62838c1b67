import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { missing } from '../support/machines.ts'
import { packed, prepare, sharingPlan, treeOf } from '../workenv/workenv-fixture.ts'

const lack = missing('linux', 'root', 'setpriv')
const NOBODY = 65534
const PROCESS = join(import.meta.dirname, '../workenv/prepare-process.ts')

/** A directory that every user can look into. */
function openScratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-users-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  chmodSync(path, 0o755)
  return path
}

function asNobody(path: string, base: string) {
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  const command = [process.execPath, PROCESS, path, base, 'python/bin/python3']
  return execa('setpriv', [...user, ...command], { reject: false, cwd: '/', env: { HOME: '/nonexistent' } })
}

async function place() {
  const scratch = openScratch()
  const [packages, base] = [join(scratch, 'packages'), join(scratch, 'cache')]
  for (const path of [packages, base]) mkdirSync(path)
  chmodSync(base, 0o755)
  const pkg = await packed(sharingPlan(), packages)
  chmodSync(pkg.path, 0o755)
  mkdirSync(`${base}-next`)
  chownSync(`${base}-next`, NOBODY, NOBODY)
  return { pkg, base }
}

test.skipIf(lack !== undefined)(
  'workenv §1.2: a cache that root prepared is used by all and written by none',
  async () => {
    const { pkg, base } = await place()
    const { workenv } = await prepare(pkg, base)
    const before = treeOf(base)
    const done = await asNobody(pkg.path, base)
    expect([done.stderr, done.exitCode]).toEqual(['', 0])
    expect(JSON.parse(done.stdout)).toMatchObject({ root: workenv.root, fresh: false, text: '#!/bin/sh\nexit 0\n' })
    expect(treeOf(base)).toEqual(before)
  },
)

test.skipIf(lack !== undefined)('workenv §1.2: what another user owns is never run from', async () => {
  const { pkg, base } = await place()
  chownSync(base, 4242, 4242)
  const done = await asNobody(pkg.path, base)
  expect([done.stderr, done.exitCode]).toEqual(['', 0])
  expect(JSON.parse(done.stdout).root.startsWith(`${base}-next/flavor/`)).toBe(true)
  expect(treeOf(base)).toEqual([])
})
