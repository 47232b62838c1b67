import { describe, expect, test } from 'vitest'
import type { MetadataInput } from '../../src/format/metadata.ts'
import { buildEnvironment, type EnvironmentInput, slotVariable } from '../../src/launch/environment.ts'
import { refusal } from '../format/refusals.ts'
import { metadataWith, VALUES, WINDOWS_VALUES } from './metadata-with.ts'

function build(changes: Partial<MetadataInput>, inherited = {}, more: Partial<EnvironmentInput> = {}) {
  const metadata = metadataWith(changes)
  return buildEnvironment({ inherited, metadata, values: VALUES, invoked: './app.psp', ...more })
}

const runtime = (env: object) => ({ runtime: { env } })

describe('§7.2 runtime.env', () => {
  const inherited = { HOME: '/h', LANG: 'C', LC_ALL: 'x', SECRET: 's', PYTHONPATH: '/p' }
  const left = (env: object) =>
    Object.fromEntries(
      Object.entries(build(runtime(env), inherited).variables).filter(([name]) => !/^(FLAVOR_|PATH$)/.test(name)),
    )

  test('unset removes by name and by pattern', () => {
    expect(left({ unset: ['SECRET', 'PYTHON*', 'L[AC]NG'] })).toEqual({ HOME: '/h', LC_ALL: 'x' })
  })

  test('pass protects from unset', () => {
    expect(left({ unset: ['*'], pass: ['HOME', 'L?_*'] })).toEqual({ HOME: '/h', LC_ALL: 'x' })
  })

  test('map renames what is left, and only that', () => {
    expect(left({ unset: ['SECRET'], pass: ['HOME'], map: { SECRET: 'A', HOME: 'B', LANG: 'C', NONE: 'D' } })).toEqual({
      HOME: '/h',
      C: 'C',
      LC_ALL: 'x',
      PYTHONPATH: '/p',
    })
  })

  test('set goes last and is taken as it is', () => {
    expect(left({ unset: ['*'], set: { HOME: '{workenv}', X: '1' } })).toEqual({ HOME: '{workenv}', X: '1' })
  })

  test('names that pass asks for and that are not set are told', () => {
    expect(build(runtime({ pass: ['HOME', 'NOPE', 'NO*'] }), inherited).missing).toEqual(['NOPE'])
  })

  test('on Windows names have no case, and what every program needs is passed', () => {
    const { variables } = build(
      runtime({ unset: ['*'], pass: ['home'] }),
      { SystemRoot: 'C:\\W', Path: 'C:\\p', HOME: 'h', Other: 'x' },
      { values: WINDOWS_VALUES },
    )
    expect(variables).toMatchObject({ SystemRoot: 'C:\\W', HOME: 'h', PATH: 'C:\\c\\w e\\bin' })
    expect(Object.keys(variables)).not.toContain('Other')
  })
})

describe('§7.1 the order', () => {
  test('inherited, runtime.env, workenv.env, execution.env, execution.environment, FLAVOR_*', () => {
    const { variables } = build(
      {
        ...runtime({ set: { A: 'runtime', B: 'runtime' } }),
        workenv: { env: { B: 'workenv', C: '{workenv}/tmp' } },
        execution: {
          command: 'app',
          env: { C: '{slot:1}', D: 'env', FLAVOR_PACKAGE: 'forged' },
          environment: { D: 'environment', FLAVOR_WORKENV: 'forged' },
        },
      },
      { A: 'inherited', E: 'inherited' },
    )
    expect(variables).toMatchObject({
      A: 'runtime',
      B: 'workenv',
      C: '/c/w e/data',
      D: 'environment',
      E: 'inherited',
      FLAVOR_PACKAGE: 'app',
      FLAVOR_WORKENV: '/c/w e',
    })
  })

  test('§7.3 values of the environment may hold braces of others', () => {
    const { variables } = build({ workenv: { env: { FORMAT: '{levelname}' } } })
    expect(variables.FORMAT).toBe('{levelname}')
    expect(() => build({ workenv: { env: { X: '{slot:2}' } } })).toThrowError(refusal('METADATA_PLACEHOLDER'))
  })

  test('a variable named __proto__ is a variable', () => {
    const inherited = Object.defineProperty({}, '__proto__', { value: 'x', enumerable: true })
    expect(Object.entries(build({}, inherited).variables)).toContainEqual(['__proto__', 'x'])
  })
})

describe('§7.4 FLAVOR_ variables', () => {
  test('tell the program about its package', () => {
    const { variables } = build({}, {}, { slotDirectories: { 'my-data.1': '/d' } })
    expect(variables).toEqual({
      FLAVOR_WORKENV: '/c/w e',
      FLAVOR_ORIGINAL_COMMAND: './app.psp',
      FLAVOR_COMMAND_NAME: 'app.psp',
      FLAVOR_PACKAGE: 'app',
      FLAVOR_VERSION: '1.2',
      FLAVOR_OS: 'linux',
      FLAVOR_ARCH: 'amd64',
      FLAVOR_PLATFORM: 'linux_amd64',
      FLAVOR_SLOT_MY_DATA_1: '/d',
      PATH: '/c/w e/bin:/usr/bin:/bin',
    })
  })

  test('what steered this launch does not steer the next', () => {
    const inherited = {
      FLAVOR_COMMAND: 'x',
      FLAVOR_PYTHON: 'x',
      FLAVOR_LAUNCHER_CLI: '1',
      FLAVOR_EXEC_MODE: 'spawn',
      FLAVOR_WORKENV: '/other',
      FLAVOR_SLOT_OLD: '/other',
      FLAVOR_CACHE: '/cache',
      FLAVOR_VALIDATION: 'strict',
    }
    const names = Object.keys(build({}, inherited).variables)
    const consumed = ['FLAVOR_COMMAND', 'FLAVOR_PYTHON', 'FLAVOR_LAUNCHER_CLI', 'FLAVOR_EXEC_MODE', 'FLAVOR_SLOT_OLD']
    expect(names.filter(name => consumed.includes(name))).toEqual([])
    expect(build({}, inherited).variables).toMatchObject({ FLAVOR_WORKENV: '/c/w e', FLAVOR_CACHE: '/cache' })
    expect(names).toContain('FLAVOR_VALIDATION')
  })

  test('names of slots become names of variables', () => {
    expect(slotVariable('état 2')).toBe('FLAVOR_SLOT__TAT_2')
  })
})

describe('§7.4 PATH', () => {
  test.each([
    [{ PATH: '/a:/b' }, '/c/w e/bin:/a:/b'],
    [{}, '/c/w e/bin:/usr/bin:/bin'],
    [{ PATH: '' }, '/c/w e/bin:/usr/bin:/bin'],
  ])('of %j is %s: never the current directory by an empty component', (inherited, path) => {
    expect(build({}, inherited).variables.PATH).toBe(path)
  })

  test('begins with the work environment whatever the package sets', () => {
    expect(build({ execution: { command: 'app', env: { PATH: '/x' } } }).variables.PATH).toBe('/c/w e/bin:/x')
  })
})
