import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkMetadata, checksumHex, isOwnPackage, parseMetadata } from '../../src/format/metadata.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

const SUM = 'ab'.repeat(32)
const SLOT = { slot: 0, id: 'app', target: '{workenv}', size: 40, checksum: `sha256:${SUM}`, operations: 'tgz' }

/** The least that is metadata, as a fresh object. */
function minimal() {
  return {
    format: 'PSPF/2025',
    package: { name: 'x', version: '1' },
    slots: [{ ...SLOT }],
    execution: { command: '{workenv}/bin/x' },
  }
}

test('§5.3 defaults of what may be left out', () => {
  const metadata = checkMetadata(minimal())
  expect(metadata).toMatchObject({
    format_version: '',
    package: { description: '' },
    execution: { primary_slot: 0, argv0: 'invoked', commands: {} },
    derived: [],
    ephemeral: false,
    test_key: false,
  })
  expect(metadata.slots[0]).toMatchObject({
    source: '',
    purpose: 'data',
    lifecycle: 'runtime',
    self_ref: false,
    share: false,
  })
})

test('§5.3 unknown keys are ignored, at every level', () => {
  const value = { ...minimal(), future: { a: [1] }, compatibility: { features: [] } }
  expect(checkMetadata(value)).not.toHaveProperty('future')
})

describe('§5.3 what the reference builders write is accepted', () => {
  test.each([
    { format_version: '' },
    { slots: [{ ...SLOT, permissions: null }] },
    { slots: [{ ...SLOT, checksum: `sha256:sha256:${SUM}` }] },
    { launcher: { tool: 'launcher', checksum: `sha256:sha256:${SUM}` } },
    { execution: { command: 'x', environment: null } },
    { setup_commands: ['chmod x', { type: 'execute', command: 'x' }] },
    { setup_commands: [{ type: 'write_file', path: 'a', content: '', mode: 420 }] },
    { runtime: { env: { unset: ['*'], pass: ['PATH'], map: { A: 'B' }, set: { K: 'V' } } } },
    { workenv: { directories: [{ path: '{workenv}/tmp', mode: '0700' }], env: { T: 'x' }, umask: '0077' } },
  ])('%j', part => {
    expect(checkMetadata({ ...minimal(), ...part })).toBeDefined()
  })
})

describe('§5.3 refuses a field that is missing or has the wrong type', () => {
  test.each([
    ['(the whole)', []],
    ['runtime', { ...minimal(), runtime: [] }],
    ['build', { ...minimal(), build: [] }],
    ['execution.env', { ...minimal(), execution: { command: 'x', env: [] } }],
    ['workenv.env', { ...minimal(), workenv: { env: ['x'] } }],
    ['(the whole)', 'x'],
    ['(the whole)', null],
    ['format', { ...minimal(), format: 'PSPF/2024' }],
    ['format', without('format')],
    ['package', without('package')],
    ['slots', without('slots')],
    ['execution', without('execution')],
    ['package.name', { ...minimal(), package: { name: '', version: '1' } }],
    ['package.version', { ...minimal(), package: { name: 'x' } }],
    ['package.name', { ...minimal(), package: { name: 'a\0b', version: '1' } }],
    ['execution.command', { ...minimal(), execution: { argv: ['x'] } }],
    ['execution.argv', { ...minimal(), execution: { command: 'x', argv: [] } }],
    ['execution.argv0', { ...minimal(), execution: { command: 'x', argv0: 'other' } }],
    ['execution.env', { ...minimal(), execution: { command: 'x', env: { A: 1 } } }],
    ['slots.0.id', slot({ id: '' })],
    ['slots.0.size', slot({ size: -1 })],
    ['slots.0.size', slot({ size: '40' })],
    ['slots.0.checksum', slot({ checksum: SUM.toUpperCase() })],
    ['slots.0.checksum', slot({ checksum: `sha512:${SUM}` })],
    ['slots.0.checksum', slot({ checksum: `sha256:sha256:sha256:${SUM}` })],
    ['slots.0.permissions', slot({ permissions: '0888' })],
    ['slots.0.tree', slot({ tree: SUM })],
    ['slots.0.platform', slot({ platform: 'solaris' })],
    ['slots.0.share', slot({ share: 'yes' })],
    ['setup_commands.0', { ...minimal(), setup_commands: [{ type: 'format_disk' }] }],
    ['verification.minimum_level', { ...minimal(), verification: { minimum_level: 'off' } }],
    ['key_id', { ...minimal(), key_id: 'ABCDEF0123456789' }],
    ['derived.0.mode', { ...minimal(), derived: [{ path: 'a', template: '' }] }],
  ])('%s', (field, value) => {
    expect(() => checkMetadata(value)).toThrow(
      expect.objectContaining({
        code: 'METADATA_SCHEMA',
        detail: expect.objectContaining({ field: expect.stringContaining(field) }),
      }),
    )
  })

  test.each(['A=B', '', 'A\0'])('a variable named %j: it would set another one', name => {
    const value = { ...minimal(), execution: { command: 'x', env: { [name]: '1' } } }
    expect(() => checkMetadata(value)).toThrow(refusal('METADATA_SCHEMA'))
  })

  test('more slots than the limit of §10', () => {
    const slots = Array.from({ length: 1025 }, (_, at) => ({ ...SLOT, slot: at, id: `s${at}` }))
    expect(() => checkMetadata({ ...minimal(), slots })).toThrow(refusal('METADATA_SCHEMA'))
  })
})

test('§5.3 the digits of a checksum, once or twice prefixed', () => {
  expect([SUM, `sha256:${SUM}`, `sha256:sha256:${SUM}`].map(checksumHex)).toEqual([SUM, SUM, SUM])
})

test('§5.3 our own packages are told by build.tool', () => {
  expect(isOwnPackage(checkMetadata({ ...minimal(), build: { tool: 'flavor' } }))).toBe(true)
  expect(isOwnPackage(checkMetadata({ ...minimal(), build: { tool: 'flavor-go' } }))).toBe(false)
  expect(isOwnPackage(checkMetadata(minimal()))).toBe(false)
})

test('§5.3 any JSON gives metadata or a known refusal', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.constantFrom('package', 'slots', 'execution', 'runtime', 'workenv', 'derived', ''),
      (json, key) => {
        const value = key === '' ? json : JSON.stringify({ ...minimal(), [key]: JSON.parse(json) })
        valueOrRefusal(() => parseMetadata(Buffer.from(value)))
      },
    ),
    { numRuns: 500 },
  )
})

function without(key: 'format' | 'package' | 'slots' | 'execution'): unknown {
  const { [key]: _, ...rest } = minimal()
  return rest
}

function slot(part: Record<string, unknown>): unknown {
  return { ...minimal(), slots: [{ ...SLOT, ...part }] }
}
