import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Interruption } from '../interruption.ts'

/** One of the two streams that a program writes to. */
export interface Sink {
  readonly isTTY: boolean
  /** Characters in a line; meaningless where it is no terminal. */
  readonly columns: number
  write(text: string): void
}

/** All of the outside that a verb's messages depend on; tests make their own. */
export interface Terminal {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly interruption: Interruption
  /** Milliseconds; only differences mean anything. */
  now(): number
  /** Asks on the terminal and returns the line; undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>
  /** As `ask`, but what is typed is not shown. */
  askSecret(question: string): Promise<string | undefined>
}

/** The terminal of this process; `onWriteError` hears of output that is lost, as on a full disk. */
export function processTerminal(interruption: Interruption, onWriteError: (error: Error) => void): Terminal {
  return {
    interruption,
    stdout: processSink(1, onWriteError),
    stderr: processSink(2, onWriteError),
    environment: process.env,
    now: () => performance.now(),
    ask: askOnTerminal,
    askSecret: askSecretOnTerminal,
  }
}

/**
 * Writes to a descriptor and not to Node's streams: these make a pipe non-blocking for everyone who holds it, and the program that
 * `flavor run` becomes would lose output. A reader that went away (`flavor inspect x | head -1`) is no failure of ours: the rest is
 * dropped, the exit code stays true.
 */
function processSink(fd: 1 | 2, onWriteError: (error: Error) => void): Sink {
  let open = true
  return {
    isTTY: isatty(fd),
    get columns() {
      // A pseudo-terminal that nobody gave a size says 0.
      return (fd === 1 ? process.stdout : process.stderr).columns || 80
    },
    write: text => {
      if (!open) return
      try {
        writeFully(fd, Buffer.from(text))
      } catch (error) {
        open = false
        if (!isCode(error, 'EPIPE')) onWriteError(error as Error)
      }
    },
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      if (!isCode(error, 'EAGAIN')) throw error
      // Somebody else made the pipe non-blocking, and it is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code
}

async function askOnTerminal(question: string): Promise<string | undefined> {
  if (!isatty(0) || !isatty(2)) return undefined
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // The end of the input, or Ctrl-C, closes it: an empty answer, on a line of its own.
    const closed = new Promise<undefined>(resolve => lines.once('close', () => resolve(undefined)))
    const answer = await Promise.race([lines.question(question), closed])
    if (answer === undefined) writeFully(2, Buffer.from('\n'))
    return answer ?? ''
  } finally {
    lines.close()
  }
}

/** The line editor puts the terminal into raw mode, in which it echoes nothing, and draws what is typed nowhere. */
async function askSecretOnTerminal(question: string): Promise<string | undefined> {
  if (!isatty(0) || !isatty(2)) return undefined
  const { createInterface } = await import('node:readline/promises')
  const { Writable } = await import('node:stream')
  const nowhere = new Writable({ write: (_bytes, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 })
  try {
    let interrupted: Promise<void> | undefined
    // Raw mode takes the signal's place; the terminal is as it was before the signal ends us.
    lines.once('SIGINT', () => {
      lines.close()
      interrupted = interruptSelf()
    })
    const closed = new Promise<undefined>(resolve => lines.once('close', () => resolve(undefined)))
    writeFully(2, Buffer.from(question))
    const answer = await Promise.race([lines.question(''), closed])
    writeFully(2, Buffer.from('\n'))
    await interrupted
    return answer ?? ''
  } finally {
    lines.close()
  }
}

/** Where the signal is watched for, it has been received when this is done; elsewhere it ends the process. */
async function interruptSelf(): Promise<void> {
  const isWatched = process.listenerCount('SIGINT') > 0
  // A signal alone does not keep Node running.
  const alive = setInterval(() => {}, 1000)
  const received = isWatched ? new Promise<void>(resolve => process.once('SIGINT', () => resolve())) : undefined
  process.kill(process.pid, 'SIGINT')
  await received
  clearInterval(alive)
}
