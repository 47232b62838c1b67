import { describe, expect, test } from 'vitest'
import { jsonManifest, refusal } from './manifests.ts'

const SLOT = { id: 'a', source: 'a.txt', target: 'run.sh' }

function manifest(changes: Record<string, unknown> = {}) {
  return {
    package: { name: 'x', version: '1' },
    execution: { command: '/bin/sh {workenv}/run.sh' },
    slots: [SLOT],
    ...changes,
  }
}

test('the least that the reference takes, and its defaults', () => {
  expect(jsonManifest(manifest())).toMatchObject({
    ...{ kind: 'generic', name: 'x', version: '1', description: '', setupCommands: [] },
    execution: { primarySlot: 0, command: '/bin/sh {workenv}/run.sh', env: {} },
    slots: [{ id: 'a', source: 'a.txt', target: 'run.sh', purpose: 'data', lifecycle: 'runtime' }],
  })
})

test('every field, and both names for the environment', () => {
  const project = jsonManifest(
    manifest({
      name: 'a copy that other tools read',
      execution: {
        primary_slot: 0,
        command: 'x',
        environment: { A: '1', B: '1' },
        env: { B: '2' },
        argv: ['{workenv}/x'],
      },
      slots: [
        {
          ...{ slot: 0, id: 'a', source: '{workenv}/a', target: '{workenv}/bin/a', purpose: 'tool', lifecycle: 'temp' },
          ...{ operations: 'tar|gzip', resolution: 'build', permissions: '0755', platform: 'linux', share: true },
        },
      ],
      runtime: { env: { unset: ['*'], pass: ['PATH'] } },
      workenv: {
        directories: [{ path: '{workenv}/tmp', mode: '0700' }, { path: 'x' }],
        env: { TMPDIR: '{workenv}/tmp' },
      },
      setup_commands: [{ type: 'execute', command: 'true' }],
      cache_validation: { check_file: 'a', expected_content: 'b' },
    }),
  )
  expect(project).toMatchObject({
    execution: { env: { A: '1', B: '2' }, argv: ['{workenv}/x'] },
    runtimeEnv: { unset: ['*'], pass: ['PATH'], map: {}, set: {} },
    workenv: {
      directories: [{ path: '{workenv}/tmp', mode: '0700' }, { path: 'x' }],
      env: { TMPDIR: '{workenv}/tmp' },
    },
    setupCommands: [{ type: 'execute', command: 'true' }],
    cacheValidation: { check_file: 'a', expected_content: 'b' },
  })
  expect(project.slots).toEqual([
    {
      ...{ id: 'a', source: '{workenv}/a', target: 'bin/a', purpose: 'config', lifecycle: 'temporary' },
      ...{ operations: [0x01, 0x10], permissions: 0o755, platform: 'linux', share: true },
    },
  ])
})

describe('refusals name the place', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['MANIFEST_MISSING', 'package', { package: undefined }],
    ['MANIFEST_MISSING', 'package.version', { package: { name: 'x' } }],
    ['MANIFEST_MISSING', 'execution.command', { execution: {} }],
    ['MANIFEST_MISSING', 'slots', { slots: undefined }],
    ['MANIFEST_MISSING', 'slots[0].target', { slots: [{ id: 'a', source: 'a' }] }],
    ['MANIFEST_VALUE', 'slots[0].slot', { slots: [{ ...SLOT, slot: 1 }] }],
    ['MANIFEST_VALUE', 'slots[0].source', { slots: [{ ...SLOT, source: '' }] }],
    ['MANIFEST_VALUE', 'slots[0].target', { slots: [{ ...SLOT, target: '../../x' }] }],
    ['MANIFEST_VALUE', 'execution.primary_slot', { execution: { command: 'x', primary_slot: 1 } }],
    ['MANIFEST_VALUE', 'runtime.env.set.A', { runtime: { env: { set: { A: 1 } } } }],
    ['MANIFEST_VALUE', 'setup_commands[0]', { setup_commands: [{ type: 'dance' }] }],
    ['MANIFEST_OPERATION', 'slots[0].operations', { slots: [{ ...SLOT, operations: 'xz' }] }],
    ['MANIFEST_OPERATION', 'slots[0].operations', { slots: [{ ...SLOT, operations: 'squash' }] }],
  ])('%s %s', (code, field, changes) => {
    const refused = refusal(() => jsonManifest(manifest(changes)))
    expect(refused).toMatchObject({ code, field, at: expect.stringMatching(/^\d+:\d+$/) })
  })

  test('with the line and column of the value', () => {
    const text = '{\n  "package": { "name": "x", "version": "1" },\n  "execution": { "command": 5 },\n  "slots": []\n}'
    expect(refusal(() => jsonManifest(text))).toMatchObject({ code: 'MANIFEST_VALUE', at: '3:29', got: '5' })
  })

  test('what is not JSON', () => {
    expect(refusal(() => jsonManifest('{\n  "package": ,\n}'))).toMatchObject({ code: 'MANIFEST_SYNTAX', at: '2:14' })
    expect(refusal(() => jsonManifest('{\n  "package"'))).toMatchObject({ code: 'MANIFEST_SYNTAX', at: '2:12' })
  })
})
