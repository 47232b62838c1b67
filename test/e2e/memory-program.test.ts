import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LAUNCH_WAYS } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { because, Ladder, unable } from './ladder-fixture.ts'
import { OBSTACLES } from './mounted-machine.ts'

/** workenv §1.4: a package that is one program, where no directory can hold it. */

const ladder = new Ladder()
const { rungs } = ladder.machine

beforeAll(async () => void (unable ?? (await ladder.pack('tree', 'script', 'binary'))), BUILD_TIMEOUT)
afterAll(() => ladder.machine.remove())

const nowhere = rungs.map(({ path }, at) => OBSTACLES[at]?.make(path) ?? '')
const NAMES = /FLAVOR_CACHE \/.*; cache \/.*; runtime \/.*; temporary \/.*; temporary \/.*; memory \/dev\/shm\//

describe.skipIf(unable !== undefined)(`workenv §1.4${because}`, () => {
  test.each(LAUNCH_WAYS)('%s: it runs from memory, and one line says why', way => {
    for (const mode of ['exec', 'spawn']) {
      const more = { obstacles: nowhere, environment: { FLAVOR_EXEC_MODE: mode } }
      const script = ladder.run(way, { ...more, kind: 'script', args: ['a', 'b'] })
      expect(script, mode).toMatchObject({ status: 7, stdout: 'memory <> a b\nsealed\n' })
      const [line = '', ...others] = script.stderr.trim().split('\n')
      expect(others).toEqual([])
      expect(line).toMatch(new RegExp(`warning: sample: runs from memory \\(memfd\\): [^/]*${NAMES.source}`))
      const binary = ladder.run(way, { ...more, kind: 'binary' })
      expect(binary, mode).toMatchObject({ status: 0, stdout: expect.stringMatching(/^PATH=\/usr\/bin:\/bin$/m) })
      expect(binary.stdout).not.toContain('FLAVOR_WORKENV')
    }
  })

  test.each(LAUNCH_WAYS)('%s: a binary keeps no descriptor of it', way => {
    const kind = 'binary'
    const args = ['sh', '-c', 'readlink /proc/$PPID/exe; ls -l /proc/self/fd | grep memfd | wc -l']
    const { status, stdout } = ladder.run(way, {
      kind,
      args,
      obstacles: nowhere,
      environment: { FLAVOR_EXEC_MODE: 'spawn' },
    })
    expect(status).toBe(0)
    expect(stdout.trim().split('\n').at(-1)).toBe('0')
  })

  test.each(LAUNCH_WAYS)('%s: it is unpacked where it can be', way => {
    const { status, stdout, stderr } = ladder.run(way, { kind: 'script' })
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' })
    expect(stdout).toMatch(/memory <\/[^>]*\/explicit\/envs\//)
  })

  test.each(LAUNCH_WAYS)('%s: what is more than one program does not, nor does prepare', way => {
    for (const more of [
      {},
      { kind: 'script', environment: { FLAVOR_LAUNCHER_CLI: '1' }, args: ['prepare'] },
    ] as const) {
      if (way === 'flavor run' && 'args' in more) continue
      const done = ladder.run(way, { ...more, obstacles: nowhere })
      expect(done).toMatchObject({ status: 106, stdout: '', stderr: expect.stringMatching(NAMES) })
      expect(done.stderr).not.toContain('memfd')
    }
  })

  test('where /proc is not mounted, that is the reason of the last rung', () => {
    const done = ladder.run('native', { kind: 'script', obstacles: [...nowhere, 'umount -l /proc'] })
    expect(done).toMatchObject({ status: 106, stdout: '' })
    expect(done.stderr).toMatch(/memory \/dev\/shm\/[^;]*; memfd: the system refuses \(ENOENT\)/)
  })
})

test.skipIf(unable !== undefined)('did all that it says', () => {
  process.stdout.write(`memory programs: ${ladder.runs} launches behind mounts\n`)
  expect(ladder.runs).toBe(3 * 4 + 3 + 3 + 5 + 1)
})
