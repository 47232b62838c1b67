import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { scratch } from '../support/scratch.ts'

/** A command with its whole environment. */
export interface Start {
  readonly command: readonly [program: string, ...args: string[]]
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** One call of a run, by which the same call of another run is found. */
export interface FaultPoint {
  readonly call: string
  readonly count: number
}

export type FaultError = 'ENOSPC' | 'EIO' | 'EROFS' | 'EACCES' | 'EMFILE'

/** Runs a command and does something at one of its calls that change the file system below a directory. */
export interface FaultInjector {
  /** A whole run, and its points: every such call until the program has taken over; with EMFILE every opening, for reading too. */
  points(start: Start, below: string, error?: FaultError): Promise<{ points: FaultPoint[]; ended: Ended }>
  /** Killed before the call. */
  kill(start: Start, below: string, point: FaultPoint): Promise<Ended>
  /** The call fails; whether it came. */
  fail(start: Start, below: string, point: FaultPoint, error: FaultError): Promise<Ended & { failed: boolean }>
}

/** Longer than any run takes on a busy machine: what hangs is a failure, not a wait for ever. */
const HANGS_AFTER_MS = 120_000

export async function runToEnd({ command: [program, ...args], env }: Start): Promise<Ended> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: HANGS_AFTER_MS })
  const ending = new Promise<Pick<Ended, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ status, signal }))
  })
  const [stdout, stderr, ended] = await Promise.all([text(child.stdout), text(child.stderr), ending])
  return { stdout, stderr, ...ended }
}

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

/** By strace, for programs without a C library that could be asked. A point is the call number `count` of its name in a thread. */
export const byStrace: FaultInjector = {
  async points({ command, env }, _below, error) {
    const log = join(scratch(), 'strace')
    const which = `trace=execve,${CHANGING.map(name => `?${name}`).join(',')}`
    const ended = await runToEnd({ command: ['strace', '-f', '-qq', '-o', log, '-e', which, ...command], env })
    const counts = new Map<string, number>()
    const points = new Map<string, FaultPoint>()
    let programs = 0
    for (const line of readFileSync(log, 'utf8').split('\n')) {
      const [, thread = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? []
      if (call === 'execve' && ++programs === 2) break
      const count = (counts.get(`${thread} ${call}`) ?? 0) + 1
      counts.set(`${thread} ${call}`, count)
      const isReading = call === 'openat' && !line.includes('O_CREAT')
      const isTelling = / write\([12],/.test(line)
      const isMeant = error === 'EMFILE' ? call === 'openat' : !isReading && !isTelling
      if (CHANGING.includes(call) && isMeant) points.set(`${call} ${count}`, { call, count })
    }
    return { points: [...points.values()], ended }
  },

  async kill(start, _below, point) {
    return await stracedWith(`inject=${point.call}:signal=SIGKILL:when=${point.count}`, start, point, '/dev/null')
  },

  async fail(start, _below, point, error) {
    const log = join(scratch(), 'strace')
    const ended = await stracedWith(`inject=${point.call}:error=${error}:when=${point.count}`, start, point, log)
    return { ...ended, failed: readFileSync(log, 'utf8').includes('(INJECTED)') }
  },
}

function stracedWith(inject: string, { command, env }: Start, { call }: FaultPoint, log: string): Promise<Ended> {
  const options = ['-f', '-qq', '-o', log, '-e', `trace=${call}`, '-e', inject]
  return runToEnd({ command: ['strace', ...options, ...command], env })
}

/** By fault-shim.c, for Node: strace would stop it some thousand times. A point is the call number `count` of the process. */
export function byShim(): FaultInjector {
  const shim = join(scratch(), 'fault-shim.so')
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-Wall',
    '-o',
    shim,
    join(import.meta.dirname, 'fault-shim.c'),
    '-ldl',
  ])
  async function run({ command, env }: Start, below: string, at: number, error?: FaultError) {
    const log = join(scratch(), 'calls')
    const errno = error === undefined ? 0 : constants.errno[error]
    const faults = { FAULT_BELOW: below, FAULT_AT: `${at}`, FAULT_ERRNO: `${errno}`, FAULT_LOG: log }
    const ended = await runToEnd({ command, env: { ...env, LD_PRELOAD: shim, ...faults } })
    return { ended, calls: readFileSync(log, 'utf8').split('\n').slice(0, -1) }
  }
  return {
    async points(start, below, error) {
      const { ended, calls } = await run(start, below, 0, error)
      return { points: calls.map((call, at) => ({ call, count: at + 1 })), ended }
    },
    async kill(start, below, point) {
      return (await run(start, below, point.count)).ended
    },
    async fail(start, below, point, error) {
      const { ended, calls } = await run(start, below, point.count, error)
      return { ...ended, failed: calls[point.count - 1] === `!${point.call}` }
    },
  }
}
