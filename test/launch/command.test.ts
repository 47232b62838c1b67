import { describe, expect, test } from 'vitest'
import type { MetadataInput } from '../../src/format/metadata.ts'
import { buildCommand, commandName, type Invocation } from '../../src/launch/command.ts'
import { refusal } from '../format/refusals.ts'
import { metadataWith, VALUES, WINDOWS_VALUES } from './metadata-with.ts'

const build = (execution: MetadataInput['execution'], invocation: Partial<Invocation> = {}, values = VALUES) =>
  buildCommand(metadataWith({ execution }), values, { invoked: './app.psp', userArguments: [], ...invocation })

describe('§8.1 which program', () => {
  test.each([
    ['{workenv}/bin/x', '/c/w e/bin/x'],
    ['x', '/c/w e/bin/x'],
    ['tools/x', '/c/w e/tools/x'],
    ['{slot:1}/x', '/c/w e/data/x'],
    ['{slot:1}', '/c/w e/data'],
    ['{primary}/x', '/c/w e/x'],
    ['{package_name}', '/c/w e/bin/app'],
    ['{package_name}-{version}/x', '/c/w e/app-1.2/x'],
  ])('%s is %s in the work environment', (executable, program) => {
    expect(build({ command: executable })).toMatchObject({ program, isPackaged: true })
    expect(build({ command: 'other', argv: [executable] })).toMatchObject({ program, isPackaged: true })
  })

  test('an absolute path is a program of the system', () => {
    expect(build({ command: '/bin/sh {workenv}/run.sh' })).toEqual({
      program: '/bin/sh',
      argv: ['/bin/sh', '/c/w e/run.sh'],
      isPackaged: false,
    })
  })

  test.each(['../x', '{workenv}/../x', 'a/../../x', './x'])(
    'refuses %s, which leaves the work environment',
    command => {
      expect(() => build({ command })).toThrowError(refusal('METADATA_COMMAND'))
    },
  )

  test('refuses a name that a placeholder turns into a path that climbs', () => {
    const values = { ...VALUES, package_name: '../../bin/sh' }
    expect(() => build({ command: '{package_name}' }, {}, values)).toThrowError(refusal('METADATA_COMMAND'))
  })

  test('on Windows programs get .exe, and system paths stay as they are', () => {
    expect(build({ command: 'x' }, {}, WINDOWS_VALUES).program).toBe('C:\\c\\w e\\bin\\x.exe')
    expect(build({ command: '{workenv}/x.cmd' }, {}, WINDOWS_VALUES).program).toBe('C:\\c\\w e/x.cmd')
  })
})

describe('§8.1 arguments', () => {
  test('§5.6 a value with spaces stays one argument', () => {
    expect(build({ command: 'x {workenv} "a b"' }).argv).toEqual(['./app.psp', '/c/w e', 'a b'])
  })

  test('`argv` goes before `command`, and nothing in it is split', () => {
    const { argv } = build({ command: 'y', argv: ['x', 'a b', '"c"', ''] })
    expect(argv).toEqual(['./app.psp', 'a b', '"c"', ''])
  })

  test("the user's arguments follow, exactly as they are", () => {
    const userArguments = ['', 'a b', '{workenv}', '--', '"x"', 'é\n']
    expect(build({ command: 'x 1' }, { userArguments }).argv).toEqual(['./app.psp', '1', ...userArguments])
  })

  test('§5.5 refuses a slot that is not there', () => {
    expect(() => build({ command: 'x {slot:2}' })).toThrowError(refusal('METADATA_PLACEHOLDER'))
  })
})

describe('§8.2 argv[0]', () => {
  test('is what the user typed, or the program where it needs that', () => {
    expect(build({ command: 'x' }).argv[0]).toBe('./app.psp')
    expect(build({ command: 'x', argv: ['x'], argv0: 'program' }).argv[0]).toBe('/c/w e/bin/x')
  })

  test('is the program for programs of the system: some of them do what argv[0] says', () => {
    expect(build({ command: '/bin/busybox sh' }).argv).toEqual(['/bin/busybox', 'sh'])
  })
})

describe('§8.1 choosing a command', () => {
  const execution = {
    command: 'app',
    argv: ['app'],
    commands: { app: { argv: ['app'] }, tool: { argv: ['tool', '-x'], argv0: 'program' as const } },
  }

  test('FLAVOR_COMMAND chooses', () => {
    const call = build(execution, { requested: 'tool', userArguments: ['y'] })
    expect(call).toMatchObject({ program: '/c/w e/bin/tool', argv: ['/c/w e/bin/tool', '-x', 'y'] })
  })

  test.each(['tool', '/usr/bin/tool', './tool.exe', 'tool.EXE'])('the name of a link chooses: %s', invoked => {
    expect(build(execution, { invoked }).program).toBe('/c/w e/bin/tool')
  })

  test.each(['other', 'tool.psp', 'constructor', '__proto__', ''])('any other name means the default: %j', invoked => {
    expect(build(execution, { invoked }).program).toBe('/c/w e/bin/app')
  })

  test('FLAVOR_COMMAND goes before the name', () => {
    expect(build(execution, { invoked: 'tool', requested: 'app' }).program).toBe('/c/w e/bin/app')
  })

  test.each(['nope', 'constructor', ''])('refuses FLAVOR_COMMAND=%s', requested => {
    expect(() => build(execution, { requested })).toThrowError(refusal('COMMAND_UNKNOWN'))
  })
})

test('§8.1 the name of a command is the base name without .exe', () => {
  expect(commandName('C:\\x\\Tool.Exe')).toBe('Tool')
  expect(commandName('/a/b')).toBe('b')
  expect(commandName('')).toBe('')
})
