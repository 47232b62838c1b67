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
