import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { interpreterOf, programFault } from '../../src/launch/program-fault.ts'
import { scratch } from '../support/scratch.ts'

const fault = (program: string, code: string, isPackaged = true) =>
  programFault({ program, argv: [], isPackaged }, Object.assign(new Error(code), { code }))

function file(content: string | Uint8Array, mode: number): string {
  const path = join(scratch(), 'program')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

describe('§8.1 why a program did not start', () => {
  test('it is not there', () => {
    const path = join(scratch(), 'none')
    expect(fault(path, 'ENOENT')).toMatchObject({ code: 'PROGRAM_MISSING', row: { launcherExit: 104 } })
    expect(fault(path, 'ENOTDIR').code).toBe('PROGRAM_MISSING')
    expect(fault('/nonexistent/sh', 'ENOENT', false).hint).toContain('/nonexistent/sh')
  })

  test('the interpreter of a script is not there, and is named', () => {
    const error = fault(file('#! /nonexistent/python3 -I\n', 0o755), 'ENOENT')
    expect(error.code).toBe('PROGRAM_INTERPRETER')
    expect(error.message).toContain('/nonexistent/python3')
  })

  test('it is a directory', () => {
    const path = join(scratch(), 'd')
    mkdirSync(path)
    expect(fault(path, 'EACCES')).toMatchObject({
      code: 'PROGRAM_REFUSED',
      message: expect.stringContaining('directory'),
    })
  })

  test('it is not executable', () => {
    expect(fault(file('', 0o644), 'EACCES').message).toContain('not executable')
  })

  test('a policy forbids it', () => {
    expect(fault(file('#!/bin/sh\n', 0o755), 'EACCES')).toMatchObject({ code: 'PROGRAM_REFUSED' })
  })

  test.each([
    ['', 'empty'],
    ['echo hello', 'neither'],
    ['MZ\x90', 'Windows'],
    [Buffer.from('cffaedfe0700000100', 'hex'), 'macOS'],
  ])('%j is no program for this system', (content, words) => {
    expect(fault(file(content, 0o755), 'ENOEXEC')).toMatchObject({
      code: 'PROGRAM_FORMAT',
      message: expect.stringContaining(words),
    })
  })

  test('a binary for another processor is told as one', () => {
    const path = join(scratch(), 'node')
    copyFileSync(process.execPath, path)
    expect(fault(path, 'ENOEXEC').message).toContain('another processor')
  })

  test('too many arguments, and everything else by the words of the system', () => {
    const path = file('', 0o755)
    expect(fault(path, 'E2BIG').code).toBe('PROGRAM_ARGUMENTS')
    expect(fault(path, 'ENOMEM')).toMatchObject({ code: 'PROGRAM_START', message: expect.stringContaining('ENOMEM') })
    expect(programFault({ program: path, argv: [], isPackaged: true }, 'text').code).toBe('PROGRAM_START')
  })
})

describe('§8.1 the interpreter of a file', () => {
  test.runIf(process.platform === 'linux')('of a binary is its loader', () => {
    expect(interpreterOf(process.execPath)).toMatch(/\/ld-[^/]*$/)
  })

  test('is unknown for damaged binaries', () => {
    const head = Buffer.alloc(64)
    head.writeUInt32BE(0x7f454c46)
    head.set([2, 1], 4)
    head.writeBigUInt64LE(2n ** 63n, 32)
    head.writeUInt16LE(0xffff, 54)
    head.writeUInt16LE(0xffff, 56)
    expect(interpreterOf(file(head, 0o755))).toBeUndefined()
    expect(interpreterOf(file(head.subarray(0, 20), 0o755))).toBeUndefined()
    expect(interpreterOf('/nonexistent')).toBeUndefined()
  })
})
