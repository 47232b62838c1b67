import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LAUNCH_WAYS } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { because, Ladder, unable } from './ladder-fixture.ts'

/** workenv §1.3 and §8.1: file systems that are full, limited by quotas, or without locks. */

const ladder = new Ladder()

beforeAll(async () => void (unable ?? (await ladder.pack('tree'))), BUILD_TIMEOUT)
afterAll(() => ladder.machine.remove())

const CACHE = expect.stringContaining('/user/home/.cache/flavor/')

/** Shell commands that mount a new ext4 for the user. */
function ext4(features: string, size: string, options: string, path: string): string {
  const image = `${path}.img`
  const make = `mkdir -p ${path}; truncate -s ${size} ${image}; mkfs.ext4 -q -m 0 -O ${features} ${image}`
  return `${make}; mount -o ${options} ${image} ${path}; chown $U:$U ${path}; chmod 0700 ${path}; rmdir ${path}/lost+found`
}

/** quotactl(2), for which few machines have a tool: hard and soft limit in blocks of 1 KiB. */
function limited(path: string, blocks: number): string {
  return `python3 -c 'import ctypes, os, struct, sys
device = [line.split()[0] for line in open("/proc/mounts") if line.split()[1] == sys.argv[1]][0]
libc = ctypes.CDLL(None, use_errno=True)
block = struct.pack("=8QI4x", ${blocks}, ${blocks}, 0, 0, 0, 0, 0, 0, 1)
command = ctypes.c_int(0x800008 << 8).value
sys.exit(libc.quotactl(command, device.encode(), int(os.environ["U"]), block) and ctypes.get_errno())' ${path}`
}

/** What keeps this kernel from it. */
function lack(commands: string): string | undefined {
  const script = `set -e; mkdir -p ${dirname(ladder.first)}; ${commands}`
  const done = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, U: `${ladder.machine.uid}` },
  })
  return done.status === 0 ? undefined : done.stderr.trim().split('\n')[0]
}

function expectNextUsed(commands: string, reason: RegExp): void {
  for (const way of LAUNCH_WAYS) {
    const done = ladder.run(way, { obstacles: [commands], list: [ladder.first] })
    const left = done.left.filter(found => !found.endsWith('/filler'))
    expect({ ...done, left }, way).toMatchObject({ status: 0, left: [], stdout: CACHE })
    expect(done.stderr, way).toMatch(reason)
  }
}

describe.skipIf(unable !== undefined)(`workenv §1.3${because}`, () => {
  test('a full ext4: the space is looked at before anything is unpacked', context => {
    const made = ext4('^has_journal', '2M', 'loop', ladder.first)
    const filled = `${made}; head -c 9M /dev/zero >${ladder.first}/filler 2>/dev/null || :; truncate -s -60K ${ladder.first}/filler`
    const reason = lack(filled)
    if (reason !== undefined) context.skip(`needs loop mounts of ext4: ${reason}`)
    expectNextUsed(filled, /0\.1 MB are needed and 0\.\d MB are free/)
  })

  test('a quota that is met in the middle', context => {
    const made = `${ext4('quota,^has_journal', '8M', 'loop,usrquota', ladder.first)}; ${limited(ladder.first, 150)}`
    const reason = lack(made)
    if (reason !== undefined) context.skip(`needs an ext4 with quotas: ${reason}`)
    expectNextUsed(made, /no space is left for this user \(EDQUOT/)
  })
})

const noStrace = unable ?? missing('strace')
const PREPARE = { environment: { FLAVOR_LAUNCHER_CLI: '1' }, args: ['prepare'] }

function injecting(calls: readonly string[], error: string, when: string): string[] {
  const faults = calls.flatMap(call => ['-e', `inject=${call}:error=${error}:when=${when}`])
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls.join()}`, ...faults]
}

describe.skipIf(noStrace !== undefined)(`workenv §8.1${noStrace === undefined ? '' : `: ${noStrace}`}`, () => {
  test.each(['ENOLCK', 'EOPNOTSUPP'])('a file system without locks (%s) is good enough', error => {
    const done = ladder.run('native', { ...PREPARE, under: injecting(['fcntl'], error, '1+'), list: [ladder.first] })
    expect(done).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(`${ladder.first}/envs/`) })
    expect(done.left.filter(path => path.includes('/staging/'))).toEqual([])
    expect(done.left.filter(path => path.endsWith('bin/run'))).toHaveLength(1)
  })

  test('§1.3 a quota of each rung is told as one', () => {
    const under = injecting(['mkdir', 'mkdirat'], 'EDQUOT', '1+')
    for (const way of ['native', 'node'] as const) {
      const done = ladder.run(way, { ...PREPARE, under })
      expect(done).toMatchObject({ status: 106, stdout: '' })
      expect(done.stderr).toMatch(/error\[CACHE_FULL\]/)
      expect(done.stderr.match(/no space is left for this user \(EDQUOT, mkdir/g)).toHaveLength(6)
    }
  })
})
