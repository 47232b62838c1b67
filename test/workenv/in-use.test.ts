import { expect, test } from 'vitest'
import { entriesIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { describeUse, isRecent, usedBy } from '../../src/workenv/in-use.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { claimLock } from '../../src/workenv/os-lock.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function entries() {
  const base = freshBase()
  const { workenv } = await prepare(await packed(sharingPlan()), base)
  const theirs = referenceWorkenv(base, 'app', { lock: '2147483646\n' })
  const [found] = usableBases(thisMachine({ FLAVOR_CACHE: base }))
  const [own, reference] = found === undefined ? [] : entriesIn(found, 'linux')
  if (own?.kind !== 'workenv' || reference === undefined) throw new Error('they are not found')
  return { workenv, own, theirs, reference }
}

const running = (text: string) => new ProcessNames([{ pid: 7, program: 'sh', texts: [text] }])
const named = { reason: 'a running process names it', users: [{ pid: 7, program: 'sh' }] }

test('workenv §10.1: by a process that names it, or whoever holds a lock', async () => {
  const { workenv, own } = await entries()
  expect(usedBy(own, undefined)).toBeUndefined()
  expect(usedBy(own, running(workenv.root))).toEqual(named)
  workenv.hold()
  expect(usedBy(own, undefined)).toEqual({ reason: 'a process holds its lock', users: [] })
  workenv.release()
  const lock = claimLock(own.layout.keyLock(own.key))
  expect(usedBy(own, undefined)?.reason).toBe(lock === undefined ? undefined : 'it is being unpacked or healed')
  lock?.release()
})

test('workenv §10.6: the lock of a launcher of the reference counts while its process lives', async () => {
  const { reference, theirs } = await entries()
  expect(usedBy(reference, undefined)).toBeUndefined()
  expect(usedBy(reference, running(`${theirs.root}/run`))).toEqual(named)
  expect(usedBy(reference, running(`${theirs.instance}/tmp/1/run`))).toEqual(named)
})

test('workenv §10.1: what was used within 24 hours counts as in use', async () => {
  const { own } = await entries()
  expect([isRecent(own, Date.now()), isRecent(own, Date.now() + 25 * 3600_000)]).toEqual([true, false])
})

test('a use is told with who it is, where that is known', () => {
  expect(describeUse(named)).toBe('a running process names it: sh (pid 7)')
  expect(describeUse({ reason: 'a process holds its lock', users: [] })).toBe('a process holds its lock')
})
