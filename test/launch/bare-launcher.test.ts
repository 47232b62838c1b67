import { closeSync, openSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answerBare, isBare } from '../../src/launch/bare-launcher.ts'
import { VERSION } from '../../src/version.ts'
import { refusal } from '../format/refusals.ts'
import { fakeLauncher } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

function bareness(path: string): boolean {
  const fd = openSync(path, 'r')
  try {
    return isBare(fd, path, statSync(path).size)
  } finally {
    closeSync(fd)
  }
}

test('tells a launcher from a package', async () => {
  const directory = scratch()
  expect(bareness(fakeLauncher(directory).path)).toBe(true)
  expect(bareness((await writeShellPackage(directory)).path)).toBe(false)
})

test('answers who it is, and refuses everything else', () => {
  expect(answerBare('--version', 'x')).toMatch(
    new RegExp(`^flavor-node-launcher ${VERSION.replaceAll('.', '\\.')} \\(Node `),
  )
  expect(answerBare('-V', 'x')).toBe(answerBare('--version', 'x'))
  expect(answerBare('--help', 'x')).toContain('FLAVOR_LAUNCHER_CLI=1')
  expect(() => answerBare(undefined, 'x')).toThrowError(refusal('LAUNCHER_BARE'))
  expect(() => answerBare('run', 'x')).toThrowError(refusal('LAUNCHER_BARE'))
})
