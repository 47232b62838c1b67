import { expect, test } from 'vitest'
import { OP_GZIP, OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import { openPackage } from '../../src/package/package-file.ts'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { portablePlan } from '../../src/package/portable-profile.ts'
import { fileSlot, samplePlan, sampleTree, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const plan = (slots: PackagePlan['slots'], rest: Partial<PackagePlan> = {}): PackagePlan => ({
  package: { name: 'p', version: '1' },
  execution: { command: '/bin/true' },
  slots,
  ...rest,
})

test('§11 zstd becomes gzip, and a tree moves to the root with its target in front of its paths', () => {
  const [slot] = portablePlan(plan([{ ...sampleTree(), target: 'opt/app', share: true }])).slots
  expect(slot).toMatchObject({ operations: [OP_TAR, OP_GZIP], target: '{workenv}' })
  expect(slot).not.toHaveProperty('share')
  const entries = slot?.content.kind === 'tree' ? slot.content.entries : []
  expect(entries.map(entry => entry.path).slice(0, 4)).toEqual(['opt', 'opt/app', 'opt/app/bin', 'opt/app/bin/run'])
  expect(entries.find(entry => entry.type === 'hardlink')).toMatchObject({ target: 'opt/app/bin/run' })
})

test('§11 derived files are written by setup commands of the types that both references know', () => {
  const derived = [{ path: 'bin/x', template: '#!{workenv}/bin/python3\n', mode: '0755' }]
  const setup = portablePlan(
    plan([], { derived, setupCommands: ['echo one', { type: 'chmod', path: '{workenv}/y', mode: '700' }] }),
  )
  expect(setup.derived).toBeUndefined()
  expect(setup.setupCommands).toEqual([
    { type: 'write_file', path: '{workenv}/bin/x', content: '#!{workenv}/bin/python3\n', mode: 0o755 },
    { type: 'execute', command: '/bin/chmod 0755 {workenv}/bin/x' },
    { type: 'execute', command: 'echo one' },
    { type: 'execute', command: '/bin/chmod 700 {workenv}/y' },
  ])
})

test.each([
  ['$SELF', { ...fileSlot('s', '', 's'), content: { kind: 'self' as const } }],
  ['an empty tree', { ...sampleTree(), content: { kind: 'tree' as const, entries: [] } }],
  [
    'an encoded zstd',
    { ...fileSlot('z', '', 'z'), operations: [OP_ZSTD], content: { kind: 'encoded' as const, path: 'z' } },
  ],
  [
    'an encoded tar below the root',
    { ...sampleTree(), operations: [OP_TAR], target: 'x', content: { kind: 'encoded' as const, path: 'z' } },
  ],
])('§11 refuses %s', (_, slot) => {
  expect(() => portablePlan(plan([slot]))).toThrowError(expect.objectContaining({ code: 'PROFILE_PORTABLE' }))
})

test('§11 reference §8.4: a portable package keeps every rule of the advice to writers', async () => {
  const directory = scratch()
  const written = await writeSample(directory, samplePlan(directory), { profile: 'portable' })
  const pkg = openPackage(written.path)
  pkg.close()
  const { hints } = pkg.index
  expect(hints).toMatchObject({ pageSize: 4096, capabilities: 0x81n, compatibility: 0x20250001, protocolVersion: 1 })
  const { metadata } = pkg
  expect(metadata.execution.env).toEqual(metadata.execution.environment)
  expect(JSON.parse(Buffer.from(pkg.metadataBytes).toString()).package).toHaveProperty('description')
  for (const slot of pkg.slots) {
    expect(Number(slot.descriptor.offset) % 8).toBe(0)
    expect(slot.descriptor.priority).toBe(1)
    expect(['raw', 'gzip', 'tar', 'tgz']).toContain(slot.metadata.operations)
    expect(Number(slot.descriptor.size)).toBeGreaterThanOrEqual(16)
    expect(slot.isTree ? slot.metadata.target : slot.target).toBe(slot.isTree ? '{workenv}' : slot.metadata.target)
  }
})
