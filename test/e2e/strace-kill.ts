import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '../support/scratch.ts'

/** System calls that can change a file system. */
const CHANGING = [
  ...[
    'openat',
    'write',
    'pwrite64',
    'writev',
    'copy_file_range',
    'fallocate',
    'ftruncate',
    'mkdir',
    'mkdirat',
    'rename',
  ],
  ...['renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'unlink', 'unlinkat', 'rmdir', 'chmod'],
  ...['fchmod', 'fchmodat', 'fchmodat2', 'utimensat'],
]

/** Before the call number `count` of its name in a thread. */
export interface KillPoint {
  readonly call: string
  readonly count: number
}

type Started = { readonly path: string; readonly args: readonly string[]; readonly env: Record<string, string> }

/** Runs a launcher to its end and lists the points before each call that changes a file system, until it becomes the program. */
export function killPoints({ path, args, env }: Started): { points: KillPoint[]; stdout: string } {
  const log = join(scratch(), 'strace')
  const which = `trace=execve,${CHANGING.map(name => `?${name}`).join(',')}`
  const { stdout, status, stderr } = spawnSync(
    'strace',
    ['-f', '-qq', '-o', log, '-e', which, path, ...args],
    options(env),
  )
  if (status !== 0) throw new Error(`the whole run fails: ${stderr}`)
  const counts = new Map<string, number>()
  const points = new Map<string, KillPoint>()
  let programs = 0
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (call === 'execve' && ++programs === 2) break
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, count)
    const isReading = call === 'openat' && !line.includes('O_CREAT')
    const isTelling = / write\([12],/.test(line)
    if (CHANGING.includes(call) && !isReading && !isTelling) points.set(`${call} ${count}`, { call, count })
  }
  return { points: [...points.values()], stdout }
}

/** Runs a launcher and kills it before a call; whether that call came. */
export function killAt({ path, args, env }: Started, { call, count }: KillPoint): boolean {
  const inject = `inject=${call}:signal=SIGKILL:when=${count}`
  const run = spawnSync(
    'strace',
    ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject, path, ...args],
    options(env),
  )
  return run.signal === 'SIGKILL'
}

/** Runs a launcher whose call fails with an error of the system. */
export function failAt({ path, args, env }: Started, { call, count }: KillPoint, error: string) {
  const inject = `inject=${call}:error=${error}:when=${count}`
  return spawnSync(
    'strace',
    ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject, path, ...args],
    options(env),
  )
}

function options(env: Record<string, string>) {
  return { env, encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] }
}
