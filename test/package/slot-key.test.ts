import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSlotKey } from '../../src/package/slot-key.ts'
import { scratch } from '../support/scratch.ts'

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeFF'
const hex = (source: string, environment: Record<string, string> = {}) =>
  Buffer.from(readSlotKey(source, 'slot 1 (data)', environment)).toString('hex')
const refusal = (source: string, environment: Record<string, string> = {}) => {
  try {
    return hex(source, environment)
  } catch (error) {
    return error
  }
}
const unavailable = (text: string) =>
  expect.objectContaining({ code: 'SLOT_KEY_UNAVAILABLE', message: expect.stringContaining(text) })

test('§4.7 a variable, with blanks and lines behind the key', () => {
  expect(hex('env:K', { K: ` ${KEY} \nmore` })).toBe(KEY.toLowerCase())
  expect(refusal('env:K')).toEqual(unavailable('env:K, which is not set'))
  expect(refusal('env:FLAVOR_K', { FLAVOR_K: KEY })).toEqual(unavailable('kept for launchers'))
})

test('§4.7 what is no key is refused, and never shown', () => {
  for (const text of ['hunter2', KEY.slice(1), `${KEY}0`, '', `\n${KEY}`]) {
    const refused = refusal('env:K', { K: text })
    expect(refused).toEqual(unavailable('something else than 64 hex digits'))
    if (text.length > 1)
      expect(JSON.stringify({ ...(refused as Error), text: String(refused) })).not.toContain(text.trim())
  }
})

describe.skipIf(process.platform === 'win32')('on Unix', () => {
  test.each([
    [0o600, true],
    [0o400, true],
    [0o640, false],
    [0o604, false],
    [0o620, false],
  ])('§4.7 a file of mode %o', (mode, isTaken) => {
    const path = join(scratch(), 'key')
    writeFileSync(path, `${KEY}\r\n`)
    chmodSync(path, mode)
    expect(refusal(`file:${path}`)).toEqual(isTaken ? KEY.toLowerCase() : unavailable('others can read or write'))
  })

  test('§4.7 a file that is none', () => {
    expect(refusal(`file:${scratch()}/nothing`)).toEqual(unavailable('ENOENT'))
    expect(refusal('file:key')).toEqual(unavailable('an absolute path'))
    expect(refusal('file:/dev/null')).toEqual(unavailable('others can read or write'))
    const pipe = join(scratch(), 'pipe')
    expect(spawnSync('mkfifo', ['-m', '600', pipe]).status).toBe(0)
    expect(refusal(`file:${pipe}`)).toEqual(unavailable('others can read or write'))
  })

  test('§4.7 a command gives its first line; no shell and no PATH have a part in it', () => {
    expect(hex(`command:/bin/sh -c 'echo ${KEY}; echo more'`)).toBe(KEY.toLowerCase())
    expect(hex(`command:/bin/sh -c 'echo $K'`, { K: KEY })).toBe(KEY.toLowerCase())
    expect(refusal(`command:/bin/sh -c 'echo ${KEY}; exit 3'`)).toEqual(unavailable('which failed'))
    expect(refusal(`command:/bin/echo ${KEY} && true`)).toEqual(unavailable('64 hex digits'))
    expect(refusal('command:echo x')).toEqual(unavailable('an absolute path of a program'))
    expect(refusal('command:/nowhere/x')).toEqual(unavailable('which did not start'))
    expect(refusal("command:/bin/echo '")).toEqual(unavailable('quote'))
  })
})
