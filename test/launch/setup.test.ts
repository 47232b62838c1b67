import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SetupCommand } from '../../src/format/metadata.ts'
import { runSetup } from '../../src/launch/setup.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'
import { VALUES } from './metadata-with.ts'

const QUIET = () => undefined

/** A work environment with the program `note`, which appends its arguments to the file `notes`. */
function workenv(): string {
  const root = scratch()
  mkdirSync(join(root, 'bin'))
  const script =
    '#!/bin/sh\nfor a in "$@"; do printf "<%s>" "$a"; done >>"$FLAVOR_WORKENV/notes"\necho >>"$FLAVOR_WORKENV/notes"\n'
  writeFileSync(join(root, 'bin/note'), script)
  chmodSync(join(root, 'bin/note'), 0o755)
  return root
}

const run = (root: string, ...commands: SetupCommand[]) =>
  runSetup(commands, {
    values: { ...VALUES, workenv: root, slots: [root, join(root, 'data')] },
    variables: { FLAVOR_WORKENV: root, PATH: '/usr/bin:/bin' },
    log: QUIET,
  })

const notes = (root: string) => readFileSync(join(root, 'notes'), 'utf8').split('\n').slice(0, -1)

describe.runIf(process.platform !== 'win32')('§7.5 execute', () => {
  test('runs without a shell, a plain string as well', async () => {
    const root = workenv()
    await run(root, 'note "a b" $HOME;', { type: 'execute', command: '{workenv}/bin/note {package_name} {version} *' })
    expect(notes(root)).toEqual(['<a b><$HOME;>', '<app><1.2><*>'])
  })

  test('finds programs in the work environment only', async () => {
    await expect(run(workenv(), 'sh -c true')).rejects.toThrowError(refusal('PROGRAM_MISSING'))
    await expect(run(workenv(), '/bin/sh -c true')).resolves.toBeUndefined()
  })

  test('stops at the first failure, and shows what it said', async () => {
    const root = workenv()
    const failing = '/bin/sh -c "echo out; echo err >&2; exit 3"'
    await expect(run(root, failing, 'note x')).rejects.toThrowError(
      expect.objectContaining({
        code: 'SETUP_FAILED',
        message: expect.stringMatching(/exited with 3:\n(out\nerr|err\nout)/),
      }),
    )
    expect(existsSync(join(root, 'notes'))).toBe(false)
    await expect(run(root, '/bin/sh -c "kill -9 $$"')).rejects.toThrowError(refusal('SETUP_FAILED'))
  })

  test('has nothing on its stdin', async () => {
    await expect(run(workenv(), '/bin/sh -c "! read -r line"')).resolves.toBeUndefined()
  })
})

describe.runIf(process.platform !== 'win32')('§7.5 enumerate_and_execute', () => {
  const enumerate = (path: string, pattern: string): SetupCommand => ({
    type: 'enumerate_and_execute',
    command: 'note --',
    enumerate: { path, pattern },
  })

  test('passes all matches to one call, sorted', async () => {
    const root = workenv()
    mkdirSync(join(root, 'w h'))
    for (const name of ['b.whl', 'a.whl', 'c.txt', 'é.whl']) writeFileSync(join(root, 'w h', name), '')
    await run(root, enumerate('{workenv}/w h', '*.whl'))
    expect(notes(root)).toEqual([`<-->${['a.whl', 'b.whl', 'é.whl'].map(name => `<${root}/w h/${name}>`).join('')}`])
  })

  test('runs nothing without a match', async () => {
    const root = workenv()
    await run(root, enumerate('{workenv}/bin', '*.whl'))
    expect(existsSync(join(root, 'notes'))).toBe(false)
  })

  test('splits what is too long for one call', async () => {
    const root = workenv()
    mkdirSync(join(root, 'many'))
    for (let at = 0; at < 1500; at++) writeFileSync(join(root, 'many', `${at}`.padStart(100, '0')), '')
    await run(root, enumerate('many', '*'))
    expect(notes(root).length).toBeGreaterThan(1)
    expect(
      notes(root)
        .join('')
        .match(/\/many\//g),
    ).toHaveLength(1500)
  })

  test('refuses a directory outside, and names one that is not there', async () => {
    await expect(run(workenv(), enumerate('/etc', '*'))).rejects.toThrowError(refusal('SETUP_PATH'))
    await expect(run(workenv(), enumerate('none', '*'))).rejects.toThrowError(refusal('SETUP_FAILED'))
  })
})

describe('§7.5 write_file', () => {
  test('writes the content as it is, with directories and mode', async () => {
    const root = workenv()
    await run(
      root,
      { type: 'write_file', path: '{workenv}/metadata/installed', content: '{package_name} {x}' },
      { type: 'write_file', path: 'b', content: '', mode: '600' },
      { type: 'write_file', path: 'c', content: '', mode: 0o100755 },
    )
    expect(readFileSync(join(root, 'metadata/installed'), 'utf8')).toBe('app {x}')
    const modes = ['metadata/installed', 'b', 'c'].map(name => statSync(join(root, name)).mode & 0o7777)
    expect(modes).toEqual([0o644, 0o600, 0o755])
  })

  test('replaces a link instead of writing through it', async () => {
    const root = workenv()
    const outside = join(scratch(), 'outside')
    writeFileSync(outside, 'kept')
    symlinkSync(outside, join(root, 'link'))
    await run(root, { type: 'write_file', path: 'link', content: 'new' })
    expect([readFileSync(outside, 'utf8'), readFileSync(join(root, 'link'), 'utf8')]).toEqual(['kept', 'new'])
  })

  test.each(['/etc/x', '{workenv}/../x', '{workenv}'])('refuses %s', async path => {
    await expect(run(workenv(), { type: 'write_file', path, content: '' })).rejects.toThrowError(refusal('SETUP_PATH'))
  })

  test('says that a file cannot be written', async () => {
    await expect(run(workenv(), { type: 'write_file', path: 'bin', content: '' })).rejects.toThrowError(
      refusal('SETUP_FAILED'),
    )
  })

  test('refuses special bits', async () => {
    await expect(run(workenv(), { type: 'write_file', path: 'x', content: '', mode: '4755' })).rejects.toThrowError(
      refusal('SETUP_MODE'),
    )
  })
})

describe('§7.5 chmod', () => {
  test('changes one file, or all that match in the last component, and no link', async () => {
    const root = workenv()
    for (const name of ['a.sh', 'b.sh', 'c']) writeFileSync(join(root, 'bin', name), '', { mode: 0o600 })
    const outside = join(scratch(), 'o.sh')
    writeFileSync(outside, '', { mode: 0o600 })
    symlinkSync(outside, join(root, 'bin/l.sh'))
    await run(root, { type: 'chmod', path: '{workenv}/bin/*.sh', mode: '700' })
    const modes = ['a.sh', 'b.sh', 'c'].map(name => statSync(join(root, 'bin', name)).mode & 0o777)
    expect(modes).toEqual([0o700, 0o700, 0o600])
    expect(statSync(outside).mode & 0o777).toBe(0o600)
  })

  test('fails for a file that is not there, and for special bits', async () => {
    await expect(run(workenv(), { type: 'chmod', path: 'none', mode: '700' })).rejects.toThrowError(
      refusal('SETUP_FAILED'),
    )
    await expect(run(workenv(), { type: 'chmod', path: 'bin/note', mode: '4755' })).rejects.toThrowError(
      refusal('SETUP_MODE'),
    )
  })
})
