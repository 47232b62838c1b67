import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LaunchError } from '../../src/launch/launch-error.ts'
import { createLog } from '../../src/launch/log.ts'
import { scratch } from '../support/scratch.ts'

function logged(environment: Record<string, string>): string {
  const lines: string[] = []
  const { log } = createLog({ environment, write: line => lines.push(line) })
  log('warn', 'w')
  log('info', 'i')
  log('debug', 'd')
  return lines.join('')
}

const ERROR = new LaunchError('PROGRAM_MISSING', 'no x', { file: 'x' }, { hint: 'install x' })

describe('the log of a launch', () => {
  test('tells warnings by default, and nothing else', () => {
    expect(logged({})).toBe('flavor: warning: w\n')
    expect(logged({ FLAVOR_LOG_LEVEL: 'nonsense' })).toBe('flavor: warning: w\n')
  })

  test.each([
    ['off', ''],
    ['error', ''],
    ['info', 'flavor: warning: w\nflavor: info: i\n'],
    ['DEBUG', 'flavor: warning: w\nflavor: info: i\nflavor: debug: d\n'],
    ['json', '{"type":"log","level":"warn","message":"w"}\n'],
    ['json:info', '{"type":"log","level":"warn","message":"w"}\n{"type":"log","level":"info","message":"i"}\n'],
  ])('at %s', (level, text) => {
    expect(logged({ FLAVOR_LOG_LEVEL: level })).toBe(text)
  })

  test('the variable of launchers goes before the general one', () => {
    expect(logged({ FLAVOR_LOG_LEVEL: 'debug', FLAVOR_LAUNCHER_LOG_LEVEL: 'off' })).toBe('')
  })

  test('goes to the file that is asked for, and the end of a launch to the terminal too', () => {
    const path = join(scratch(), 'log')
    const lines: string[] = []
    const { log, fail } = createLog({ environment: { FLAVOR_LOG_PATH: path }, write: line => lines.push(line) })
    log('warn', 'w')
    fail(ERROR)
    const failure = 'flavor: error[PROGRAM_MISSING]: no x\nflavor: hint: install x\n'
    expect(lines.join('')).toBe(failure)
    expect(readFileSync(path, 'utf8')).toBe(`flavor: warning: w\n${failure}`)
  })

  test('says that a file cannot be written, and goes on', () => {
    const directory = scratch()
    mkdirSync(join(directory, 'd'))
    expect(logged({ FLAVOR_LOG_PATH: join(directory, 'd') })).toMatch(/FLAVOR_LOG_PATH.*EISDIR.*\n.*warning: w\n$/)
  })

  test('does not follow a link that somebody put there', () => {
    const directory = scratch()
    symlinkSync(join(directory, 'target'), join(directory, 'log'))
    expect(logged({ FLAVOR_LOG_PATH: join(directory, 'log') })).toContain('FLAVOR_LOG_PATH')
  })

  test('§8.5 a failure is told at every level, as an object where that is wanted', () => {
    const lines: string[] = []
    createLog({ environment: { FLAVOR_LOG_LEVEL: 'json:off' }, write: line => lines.push(line) }).fail(ERROR)
    expect(JSON.parse(lines.join(''))).toEqual({
      type: 'error',
      code: 'PROGRAM_MISSING',
      message: 'no x',
      detail: { file: 'x' },
      hint: 'install x',
      exit: 104,
    })
  })

  test('text of a package cannot move the cursor or begin a line', () => {
    const lines: string[] = []
    const { log } = createLog({ environment: {}, write: line => lines.push(line) })
    log('warn', 'a\x1b[2Jb\rc\nflavor: forged')
    expect(lines.join('')).toBe('flavor: warning: a\ufffd[2Jb\ufffdc\n  flavor: forged\n')
  })

  test('the stack of a cause is for debugging only', () => {
    const error = new LaunchError('PROGRAM_START', 'x', {}, { cause: new Error('deep') })
    const texts = ['warn', 'debug'].map(level => {
      const lines: string[] = []
      createLog({ environment: { FLAVOR_LOG_LEVEL: level }, write: line => lines.push(line) }).fail(error)
      return lines.join('')
    })
    expect(texts[0]).not.toContain('deep')
    expect(texts[1]).toContain('Error: deep')
  })
})
