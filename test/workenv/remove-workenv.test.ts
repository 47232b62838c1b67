import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
import { removeOwn, removeWorkenv } from '../../src/workenv/remove-workenv.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

async function one() {
  const base = freshBase()
  const pkg = await packed(sharingPlan())
  const { workenv } = await prepare(pkg, base)
  return { base, pkg, workenv, environment: { FLAVOR_CACHE: base } }
}

test('workenv §10.2 removes one that was asked for by name, and leaves nothing of it', async () => {
  const { base, pkg, workenv, environment } = await one()
  const planned = removeWorkenv(environment, workenv.key, { dryRun: true })
  expect(existsSync(workenv.root)).toBe(true)
  expect(removeWorkenv(environment, workenv.key)).toEqual(planned)
  expect(planned).toMatchObject({ kind: 'workenv', id: workenv.key, path: workenv.attempt.directory })
  expect(planned.bytes).toBeGreaterThan(0)
  expect(treeOf(base).filter(path => !path.startsWith('slots/'))).toEqual(['envs/', 'staging/'])
  expect((await prepare(pkg, base)).workenv.fresh).toBe(true)
})

test('workenv §10.1 never removes what is in use', async () => {
  const { workenv, environment } = await one()
  workenv.hold()
  expect(() => removeWorkenv(environment, workenv.key)).toThrowError(
    expect.objectContaining({ code: 'WORKENV_IN_USE' }),
  )
  expect(existsSync(workenv.root)).toBe(true)
  workenv.release()
  removeWorkenv(environment, workenv.key)
})

test.skipIf(process.platform !== 'linux')('workenv §10.1 never removes what a running process names', async () => {
  const { spawn } = await import('node:child_process')
  const { once } = await import('node:events')
  const { workenv, environment } = await one()
  const child = spawn('/bin/sh', ['-c', 'echo ready; read line'], { env: { FLAVOR_WORKENV: workenv.root } })
  await once(child.stdout, 'data')
  expect(() => removeWorkenv(environment, workenv.key)).toThrowError(
    expect.objectContaining({ code: 'WORKENV_IN_USE' }),
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  removeWorkenv(environment, workenv.key)
})

test('workenv §10.2 gives back what a process began to use meanwhile, as it was', async () => {
  const { base, workenv, environment, pkg } = await one()
  const [entry] = usableBases(thisMachine(environment)).flatMap(publishedIn)
  if (entry === undefined) throw new Error('there is one')
  const before = treeOf(base)
  const nobody = new ProcessNames([])
  const began = (isSealed: boolean, isThere: boolean) => {
    expect([existsSync(join(base, 'envs', `${workenv.key}.seal`)), existsSync(workenv.root)]).toEqual([
      isSealed,
      isThere,
    ])
    return new ProcessNames([{ pid: 4711, program: 'sh', texts: [`FLAVOR_WORKENV=${workenv.root}`] }])
  }
  // Before the attempt is out of sight, and after that.
  expect(removeOwn(entry, nobody, false, () => began(false, true))).toContain('sh (pid 4711)')
  let looks = 0
  expect(removeOwn(entry, nobody, false, () => (looks++ === 0 ? nobody : began(false, false)))).toContain(
    'sh (pid 4711)',
  )
  expect(treeOf(base)).toEqual(before)
  expect((await prepare(pkg, base)).workenv.fresh).toBe(false)
  expect(removeOwn(entry, nobody, false, () => nobody)).toMatchObject({ kind: 'workenv' })
})

test('removes one whose seal is damaged, with its attempts', async () => {
  const { base, workenv, environment } = await one()
  writeFileSync(join(base, 'envs', `${workenv.key}.seal`), '')
  removeWorkenv(environment, workenv.key)
  expect(existsSync(workenv.root)).toBe(false)
})
