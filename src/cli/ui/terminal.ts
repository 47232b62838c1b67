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
    stdout: processSink(process.stdout, onWriteError),
    stderr: processSink(process.stderr, onWriteError),
    environment: process.env,
    now: () => performance.now(),
    ask: askOnTerminal,
  }
}

/** A reader that went away (`flavor inspect x | head -1`) is no failure of ours: the rest is dropped, the exit code stays true. */
function processSink(stream: NodeJS.WriteStream, onWriteError: (error: Error) => void): Sink {
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false
    if (error.code !== 'EPIPE') onWriteError(error)
  })
  return {
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns ?? 80
    },
    write: text => {
      if (open) stream.write(text)
    },
  }
}

async function askOnTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}
