import { chmodSync, closeSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openOwnFile, type SelfOptions } from '../../src/launch/self.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'

function contentOf(options: SelfOptions): string {
  const { fd } = openOwnFile(options)
  try {
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

describe('§8.3 finding itself', () => {
  test('through the link of the kernel, whatever the paths say', () => {
    const directory = scratch()
    const [link, other] = [join(directory, 'link'), join(directory, 'other')]
    writeFileSync(link, 'mine')
    writeFileSync(other, 'replaced')
    expect(contentOf({ link, kernelPath: other, execPath: other })).toBe('mine')
    expect(openOwnFile({ link, kernelPath: other, execPath: other }).path).toBe(other)
  })

  test('without /proc by the path that the kernel started, then by that of Node', () => {
    const directory = scratch()
    const [link, kernelPath, execPath] = ['none', 'kernel', 'node'].map(name => join(directory, name))
    if (link === undefined || kernelPath === undefined || execPath === undefined) throw new Error('three names')
    writeFileSync(execPath, 'node')
    expect(contentOf({ link, kernelPath, execPath })).toBe('node')
    expect(contentOf({ link, kernelPath: undefined, execPath })).toBe('node')
    writeFileSync(kernelPath, 'kernel')
    expect(contentOf({ link, kernelPath, execPath })).toBe('kernel')
  })

  test('passes over what is no file', () => {
    const directory = scratch()
    const [link, kernelPath, execPath] = [join(directory, 'a'), directory, join(directory, 'b')]
    mkdirSync(link)
    writeFileSync(execPath, 'b')
    expect(contentOf({ link, kernelPath, execPath })).toBe('b')
  })

  test('says that nothing is there', () => {
    const execPath = join(scratch(), 'nothing')
    expect(() => openOwnFile({ link: execPath, kernelPath: undefined, execPath })).toThrowError(
      refusal('SELF_NOT_FOUND'),
    )
  })

  test.runIf(process.platform === 'linux')('finds this very program', () => {
    expect(() => closeSync(openOwnFile({ execPath: process.execPath }).fd)).not.toThrow()
  })

  test.skipIf(process.platform === 'win32')('says that a file may be run but not read', () => {
    const directory = scratch()
    chmodSync(directory, 0o755)
    const link = join(directory, 'app')
    writeFileSync(link, '')
    chmodSync(link, 0o111)
    asNobody(() => expect(() => openOwnFile({ link, execPath: link })).toThrowError(refusal('SELF_NOT_READABLE')))
  })
})

/** root may read everything. */
function asNobody(use: () => void): void {
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65534)
  try {
    use()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
