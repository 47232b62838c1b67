import { describe, expect, test } from 'vitest'
import { checkExecution } from '../../src/format/execution-rules.ts'
import { checkMetadata, type MetadataInput } from '../../src/format/metadata.ts'
import { refusal } from './refusals.ts'

const check = (changes: Partial<MetadataInput>) =>
  checkExecution(
    checkMetadata({
      format: 'PSPF/2025',
      package: { name: 'app', version: '1' },
      slots: [{ slot: 0, id: 'a', target: '{workenv}', size: 1, checksum: '', operations: 'raw' }],
      execution: { command: 'app' },
      ...changes,
    }),
  )

const run = (...argv: string[]) => check({ execution: { command: 'app', argv } })

describe('§8.1 the executable', () => {
  test.each([
    ['/bin/sh'],
    ['app'],
    ['bin/app'],
    ['{workenv}/bin/app'],
    ['{slot:0}'],
    ['{primary}/app'],
    ['{package_name}'],
  ])('accepts %s', executable => {
    expect(() => run(executable, '{workenv}/x')).not.toThrow()
  })

  test.each([
    [''],
    ['{workenv}'],
    ['{workenv}/'],
    ['../app'],
    ['{workenv}/../app'],
    ['{workenv}//app'],
    ['./app'],
    ['a\\b'],
    ['{slot:0}/../x'],
  ])('refuses %j', executable => {
    expect(() => run(executable)).toThrowError(refusal('METADATA_COMMAND'))
  })

  test('of every other command is checked too', () => {
    const commands = { tool: { argv: ['../x'] } }
    expect(() => check({ execution: { command: 'app', commands } })).toThrowError(refusal('METADATA_COMMAND'))
  })
})

describe('§5.5 and §5.6 in every place that is split or substituted', () => {
  test.each<[string, Partial<MetadataInput>, string]>([
    ['the command', { execution: { command: 'a "b' } }, 'METADATA_COMMAND'],
    ['an empty command', { execution: { command: '' } }, 'METADATA_COMMAND'],
    ['an argument of the command', { execution: { command: 'a {slot:1}' } }, 'METADATA_PLACEHOLDER'],
    ['argv', { execution: { command: '', argv: ['a', '{nope}'] } }, 'METADATA_PLACEHOLDER'],
    ['the primary slot', { execution: { command: 'a', primary_slot: 1 } }, 'METADATA_PLACEHOLDER'],
    ['execution.env', { execution: { command: 'a', env: { X: '{slot:9}' } } }, 'METADATA_PLACEHOLDER'],
    [
      'execution.environment',
      { execution: { command: 'a', environment: { X: '{workenv}b' } } },
      'METADATA_PLACEHOLDER',
    ],
    ['workenv.env', { workenv: { env: { X: '{primary}b' } } }, 'METADATA_PLACEHOLDER'],
    ['workenv.directories', { workenv: { directories: [{ path: '{home}/x' }] } }, 'METADATA_PLACEHOLDER'],
    ['a plain setup command', { setup_commands: ['a {nope}'] }, 'METADATA_PLACEHOLDER'],
    ['execute', { setup_commands: [{ type: 'execute', command: `a '` }] }, 'METADATA_COMMAND'],
    [
      'the executable of a setup command',
      { setup_commands: [{ type: 'execute', command: '../a' }] },
      'METADATA_COMMAND',
    ],
    ['enumerate', { setup_commands: [enumerate('{nope}', '*')] }, 'METADATA_PLACEHOLDER'],
    [
      'the path of write_file',
      { setup_commands: [{ type: 'write_file', path: '{x}', content: '' }] },
      'METADATA_PLACEHOLDER',
    ],
    [
      'the content of write_file',
      { setup_commands: [{ type: 'write_file', path: 'x', content: '{slot:7}' }] },
      'METADATA_PLACEHOLDER',
    ],
    ['chmod', { setup_commands: [{ type: 'chmod', path: '{x}' }] }, 'METADATA_PLACEHOLDER'],
  ])('refuses it in %s', (_, changes, code) => {
    expect(() => check(changes)).toThrowError(refusal(code))
  })

  test('§8.1 does not read `command` where there is an `argv`', () => {
    expect(() => check({ execution: { command: `it's`, argv: ['a'] } })).not.toThrow()
  })

  test('accepts setup commands and values that are well formed', () => {
    expect(() =>
      check({
        setup_commands: ['a b', enumerate('{workenv}/wheels', '*.whl'), { type: 'chmod', path: '{workenv}/bin/*' }],
        workenv: { env: { TMPDIR: '{workenv}/tmp', FORMAT: '{message}' }, directories: [{ path: '{workenv}/tmp' }] },
      }),
    ).not.toThrow()
  })
})

function enumerate(path: string, pattern: string) {
  return { type: 'enumerate_and_execute', command: 'a', enumerate: { path, pattern } } as const
}
