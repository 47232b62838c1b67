import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { CleaningCandidate } from '../../src/workenv/cleaning-candidate.ts'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

async function candidates() {
  const base = freshBase()
  const { workenv } = await prepare(await packed(sharingPlan()), base)
  const then = Date.now() / 1000 - 2 * 24 * 3600
  utimesSync(join(base, 'envs', `${workenv.key}.seal`), then, then)
  const candidate = (context: Partial<ConstructorParameters<typeof CleaningCandidate>[1]> = {}) => {
    const [found] = usableBases(thisMachine({ FLAVOR_CACHE: base }))
    const [entry] = found === undefined ? [] : publishedIn(found)
    if (entry === undefined) throw new Error('it is not found')
    return new CleaningCandidate(entry, {
      now: Date.now(),
      processes: undefined,
      isAll: false,
      isSized: false,
      ...context,
    })
  }
  return { base, workenv, candidate }
}

test('it has the values of the decision, and measures only where sizes matter', async () => {
  const { base, workenv, candidate } = await candidates()
  const slots = treeOf(join(base, 'slots')).filter(path => /^[0-9a-f]{64}\/$/.test(path))
  const one = candidate()
  expect(one).toMatchObject({ name: 'sample', version: '1.2.3', bytes: 0, mayGo: true, stays: undefined })
  expect(one.shares).toEqual(slots.map(path => join(base, 'slots', path.slice(0, -1))))
  expect(candidate({ isSized: true }).bytes).toBe(diskUsage(workenv.attempt.directory).bytes)
})

test('workenv §10.1: who may not go says why', async () => {
  const { workenv, candidate } = await candidates()
  const then = Date.now() - 40 * 3600 * 1000
  expect(candidate({ now: then }).stays).toBe('it was used within 24 hours')
  const processes = new ProcessNames([{ pid: 7, program: 'sh', texts: ['/elsewhere'] }])
  expect(candidate({ now: then, isAll: true, processes }).mayGo).toBe(true)
  // Nobody can be asked who runs from it.
  expect(candidate({ now: then, isAll: true }).mayGo).toBe(false)
  workenv.hold()
  expect(candidate().stays).toBe('a process holds its lock')
})
