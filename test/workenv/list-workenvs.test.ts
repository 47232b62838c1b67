import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { publishedIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import { findEntry } from '../../src/workenv/find-entry.ts'
import { describe, inspectWorkenv, listWorkenvs, workenvInfo } from '../../src/workenv/list-workenvs.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { askFor, freshBase, lazyPlan, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function twoPackages() {
  const base = freshBase()
  const environment = { FLAVOR_CACHE: base }
  const pkg = await packed(sharingPlan())
  const first = await prepare(pkg, base)
  const second = await prepare(await packed(sharingPlan({ package: { name: 'other', version: '2' } })), base)
  return { base, environment, pkg, first: first.workenv, second: second.workenv }
}

const here = (base: string) => (one: { base: string }) => one.base === base

test('lists what is published, with where it came from', async () => {
  const { base, environment, pkg, first, second } = await twoPackages()
  const listed = listWorkenvs(environment).filter(here(base))
  expect(listed.map(({ name, version }) => [name, version]).sort()).toEqual([
    ['other', '2'],
    ['sample', '1.2.3'],
  ])
  const sample = listed.find(({ name }) => name === 'sample')
  expect(sample).toMatchObject({ id: first.key, path: first.root, package: pkg.path, state: 'ready', inUse: undefined })
  expect(sample?.content).toBe(pkg.contentHash)
  expect(sample?.bytes).toBe(diskUsage(first.attempt.directory).bytes)
  expect(second.key).not.toBe(first.key)
})

test('counts a shared slot once', async () => {
  const { base, environment, first, second } = await twoPackages()
  const report = workenvInfo(environment)
  const shared = report.shared.filter(({ path }) => path.startsWith(base))
  expect(shared).toHaveLength(1)
  expect(shared[0]?.neededBy).toEqual([first.key, second.key].sort())
  const own = report.workenvs.filter(here(base)).reduce((sum, { bytes }) => sum + bytes, 0)
  const everything = [...report.workenvs, ...report.shared].reduce((sum, { bytes }) => sum + bytes, 0)
  expect(report.bytes).toBe(everything)
  expect(diskUsage(join(base, 'slots')).bytes + own).toBe(own + (shared[0]?.bytes ?? 0))
  expect(report.bases[0]).toMatchObject({ rung: 'FLAVOR_CACHE', path: base, state: 'usable' })
})

test('workenv §9.3: a lazy slot that was asked for shows whose it is', async () => {
  const [pkg, base] = [await packed(lazyPlan()), freshBase()]
  const environment = { FLAVOR_CACHE: base }
  const { workenv } = await prepare(pkg, base)
  await askFor(pkg, base, 'models')
  const report = workenvInfo(environment)
  const [shared, models, single] = ['python', 'models', 'single'].map(id => treeOfSlot(pkg, id))
  expect(inspectWorkenv(environment, workenv.key)).toMatchObject({ shares: [shared], lazy: [models, single] })
  const there = report.shared.filter(({ path }) => path.startsWith(base))
  expect(there.map(({ tree, neededBy }) => ({ tree, neededBy }))).toEqual(
    [shared, models].sort().map(tree => ({ tree, neededBy: [workenv.key] })),
  )
})

function treeOfSlot({ slots }: Awaited<ReturnType<typeof packed>>, id: string): string | undefined {
  return slots.find(slot => slot.id === id)?.metadata.tree?.replace('sha256:', '')
}

test('finds one by its id, the beginning of its id or its name', async () => {
  const { environment, first } = await twoPackages()
  for (const id of [first.key, first.key.slice(0, 20), 'sample']) {
    expect(inspectWorkenv(environment, id).id).toBe(first.key)
  }
  for (const id of ['nothing', '']) {
    expect(() => inspectWorkenv(environment, id)).toThrowError(expect.objectContaining({ code: 'WORKENV_UNKNOWN' }))
  }
})

test('a name that fits two names none', async () => {
  const { base, environment } = await twoPackages()
  await prepare(await packed(sharingPlan({ package: { name: 'sample', version: '9' } })), base)
  expect(() => inspectWorkenv(environment, 'sample')).toThrowError(expect.objectContaining({ code: 'WORKENV_UNKNOWN' }))
})

test('shows a work environment whose seal is damaged', async () => {
  const { base, environment, first } = await twoPackages()
  writeFileSync(join(base, 'envs', `${first.key}.seal`), '')
  const entries = usableBases(thisMachine(environment))
    .filter(({ path }) => path === base)
    .flatMap(publishedIn)
  expect(describe(findEntry(entries, first.key), undefined)).toMatchObject({ state: 'damaged', bytes: 0, content: '' })
})

test('workenv §10.6: those of the reference launchers are marked as theirs', async () => {
  const { base, environment } = await twoPackages()
  referenceWorkenv(base, 'tool')
  referenceWorkenv(base, 'half', { complete: false })
  const theirs = listWorkenvs(environment).filter(one => one.base === base && one.kind === 'reference workenv')
  expect(theirs.map(({ id, state }) => [id, state])).toEqual([
    ['workenv/half', 'unfinished'],
    ['workenv/tool', 'ready'],
  ])
  expect(inspectWorkenv(environment, 'workenv/tool')).toMatchObject({
    name: 'tool',
    content: '',
    package: '',
    shares: [],
  })
})

test.skipIf(process.platform !== 'linux')('tells by pid and program who uses one', async () => {
  const { environment, first } = await twoPackages()
  const child = spawn('/bin/sh', ['-c', 'echo ready; read line'], { env: { FLAVOR_WORKENV: first.root } })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const info = inspectWorkenv(environment, first.key)
  expect(info.users.map(({ pid }) => pid)).toEqual([child.pid])
  expect(info.inUse).toBe(`a running process names it: ${info.users[0]?.program} (pid ${child.pid})`)
})
