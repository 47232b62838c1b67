import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { execMode } from '../../src/launch/exec.ts'
import { scratch } from '../support/scratch.ts'
import { launch } from './launch-calls.ts'
import { writeShellPackage } from './shell-package.ts'

const onUnix = describe.runIf(process.platform !== 'win32')

const environmentIn = (directory: string) => ({ FLAVOR_CACHE: join(directory, 'cache'), PATH: '/usr/bin:/bin' })

onUnix.each(['exec', 'spawn'])('§8.1 a launch by %s', mode => {
  test('passes arguments, stdin and the exit status on, first and warm', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, { script: 'printf "<%s>" "$@"; cat; exit 42' })
    const environment = { ...environmentIn(directory), FLAVOR_EXEC_MODE: mode }
    const args = ['', 'a b', '"', '{workenv}', 'é\n']
    for (const _ of ['first', 'warm']) {
      const result = launch(path, args, environment, 'input')
      expect(result).toMatchObject({ status: 42, stdout: `${args.map(text => `<${text}>`).join('')}input`, stderr: '' })
    }
  })

  test('dies of the signal that the program dies of', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, { script: 'kill -KILL $$' })
    expect(launch(path, [], { ...environmentIn(directory), FLAVOR_EXEC_MODE: mode }).signal).toBe('SIGKILL')
  })
})

onUnix('§8.1 what a program is started with', () => {
  test('§7.4 its environment', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, {
      script: 'env | sort | grep ^FLAVOR',
      changes: { workenv: { env: { FLAVORED: '{workenv}/x' } } },
    })
    const environment = { ...environmentIn(directory), FLAVOR_COMMAND_NAME: 'forged', FLAVOR_SLOT_X: 'forged' }
    const lines = launch(path, [], environment).stdout.trim().split('\n')
    const variables = Object.fromEntries(lines.map(line => line.split('=')))
    expect(variables).toMatchObject({
      FLAVORED: `${variables.FLAVOR_WORKENV}/x`,
      FLAVOR_PACKAGE: 'sample',
      FLAVOR_VERSION: '1.2.3',
      FLAVOR_ORIGINAL_COMMAND: './typed',
      FLAVOR_COMMAND_NAME: 'typed',
    })
    expect(variables).not.toHaveProperty('FLAVOR_SLOT_X')
  })

  test('FLAVOR_COMMAND chooses among its commands', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, {
      programs: { other: 'echo other' },
      changes: { execution: { command: 'run', argv: ['run'], commands: { other: { argv: ['other'] } } } },
    })
    const environment = environmentIn(directory)
    expect(launch(path, [], { ...environment, FLAVOR_COMMAND: 'other' }).stdout).toBe('other\n')
    expect(launch(path, [], { ...environment, FLAVOR_COMMAND: 'none' })).toMatchObject({
      status: 105,
      stderr: expect.stringContaining('error[COMMAND_UNKNOWN]'),
    })
  })

  test('§7.5 setup runs once, with the environment of the program', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, {
      script: 'cat "$FLAVOR_WORKENV/made"',
      programs: { make: 'echo "$X" >>"$FLAVOR_WORKENV/made"' },
      changes: { setupCommands: ['make'], execution: { command: 'run', argv: ['run'], env: { X: 'from env' } } },
    })
    for (const _ of ['first', 'warm']) expect(launch(path, [], environmentIn(directory)).stdout).toBe('from env\n')
  })

  test('§7.5 a setup that fails ends the launch, every time', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, {
      programs: { make: 'echo broken; exit 3' },
      changes: { setupCommands: ['make'] },
    })
    for (const _ of ['first', 'second']) {
      const { status, stdout, stderr } = launch(path, [], environmentIn(directory))
      expect({ status, stdout }).toEqual({ status: 104, stdout: '' })
      expect(stderr).toMatch(/error\[SETUP_FAILED\][^\n]*exited with 3:\n {2}broken/)
    }
  })
})

onUnix('§8.5 what a launch refuses', () => {
  test('a package for another platform', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, {
      changes: { platforms: [{ os: 'windows', arch: 'arm64' }] },
    })
    expect(launch(path, [], environmentIn(directory))).toMatchObject({
      status: 110,
      stderr: expect.stringContaining('error[PLATFORM_WRONG]'),
    })
  })

  test('a package for a newer C library', async () => {
    const directory = scratch()
    const { os, arch } = {
      os: process.platform as 'linux',
      arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
    } as const
    const { path } = await writeShellPackage(directory, {
      changes: { platforms: [{ os, arch, libc: 'glibc', libc_version: '9.99' }] },
    })
    expect(launch(path, [], environmentIn(directory))).toMatchObject({
      status: 110,
      stderr: expect.stringContaining('needs glibc 9.99 or newer'),
    })
  })

  test('a program that the package does not carry, whatever PATH offers', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, { changes: { execution: { command: 'ls', argv: ['ls'] } } })
    expect(launch(path, [], environmentIn(directory))).toMatchObject({
      status: 104,
      stderr: expect.stringContaining('error[PROGRAM_MISSING]'),
    })
  })
})

test('§8.1 FLAVOR_EXEC_MODE asks for a child', () => {
  expect(execMode({ FLAVOR_EXEC_MODE: 'spawn' })).toBe('spawn')
  expect(execMode({})).toBe(process.platform === 'win32' ? 'spawn' : 'exec')
})
