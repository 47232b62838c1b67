import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectBase } from '../../src/workenv/base-directory.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
import { referencesIn } from '../../src/workenv/reference-entry.ts'
import { removeReference } from '../../src/workenv/remove-reference.ts'
import { type ReferenceOptions, referenceWorkenv } from './reference-fixture.ts'
import { freshBase, treeOf } from './workenv-fixture.ts'

function one(options: ReferenceOptions = {}) {
  const base = freshBase()
  const theirs = referenceWorkenv(base, 'app', options)
  const found = inspectBase({ name: 'FLAVOR_CACHE', path: base, isPrivate: false }, thisMachine({}))
  const [entry] = found.state === 'usable' ? referencesIn(found.base, 'linux') : []
  if (entry === undefined) throw new Error('it is not found')
  return { base, entry, ...theirs }
}

const none = new ProcessNames([])
const running = (text: string) => new ProcessNames([{ pid: 7, program: 'sh', texts: [text] }])

test('workenv §10.6: tree and marks go, and nothing is left of them', () => {
  const { base, entry, root } = one({ lock: '2147483646\n' })
  const planned = removeReference(entry, none, true)
  expect(planned).toMatchObject({ kind: 'reference workenv', id: 'workenv/app', path: root })
  expect(existsSync(root)).toBe(true)
  expect(removeReference(entry, none, false, () => none)).toEqual(planned)
  expect(treeOf(base)).toEqual(['staging/', 'workenv/'])
})

test('workenv §10.6: what is in use stays as it is', () => {
  const busy = one()
  expect(removeReference(busy.entry, running(`${busy.root}/run`), false)).toBe('a running process names it: sh (pid 7)')
  const locked = one({ lock: `${process.pid}\n` })
  expect(removeReference(locked.entry, none, false)).toMatch(/^it is being unpacked: .* \(pid \d+\)$/)
  expect(readFileSync(locked.lock, 'latin1')).toBe(`${process.pid}\n`)
})

test('workenv §10.6: whoever began while it was moved gets it back', () => {
  const { base, entry, root, instance, lock } = one()
  const before = treeOf(join(base, 'workenv'))
  expect(removeReference(entry, none, false, () => running(root))).toBe('a running process names it: sh (pid 7)')
  expect(treeOf(join(base, 'workenv'))).toEqual(before)
  expect([existsSync(instance), existsSync(lock)]).toEqual([true, false])
  // Its executable is seen where it was moved to.
  const moved = () =>
    running(
      join(base, 'staging', readdirSync(join(base, 'staging')).find(name => !name.endsWith('.lock')) ?? '', 'out-1'),
    )
  expect(removeReference(entry, none, false, moved)).toContain('pid 7')
  expect(treeOf(join(base, 'workenv'))).toEqual(before)
})
