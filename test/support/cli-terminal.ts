import { runCli } from '../../src/cli/cli.ts'
import { Interruption } from '../../src/cli/interruption.ts'
import type { Terminal } from '../../src/cli/ui/terminal.ts'

export interface FakeTerminal extends Terminal {
  /** What was written so far. */
  readonly written: { stdout: string; stderr: string }
  /** Milliseconds that `now` returns. */
  clock: number
}

export interface FakeTerminalOptions {
  readonly tty?: boolean
  readonly columns?: number
  readonly environment?: Readonly<Record<string, string>>
  /** Lines that the user types. */
  readonly answers?: readonly string[]
}

export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const written = { stdout: '', stderr: '' }
  const answers = [...(options.answers ?? [])]
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: options.tty ?? false,
    columns: options.columns ?? 80,
    write: (text: string) => {
      written[name] += text
    },
  })
  const terminal: FakeTerminal = {
    written,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    environment: options.environment ?? {},
    interruption: new Interruption(),
    clock: 0,
    now: () => terminal.clock,
    askSecret: async question => {
      const answer = answers.shift()
      // As on a terminal: the question, and nothing of what is typed.
      if (answer !== undefined) written.stderr += `${question}\n`
      return answer
    },
    ask: async question => {
      const answer = answers.shift()
      if (answer !== undefined) written.stderr += `${question}${answer}\n`
      return answer
    },
  }
  return terminal
}

export interface CliResult {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** One command line in this process. */
export async function runInProcess(words: readonly string[], options: FakeTerminalOptions = {}): Promise<CliResult> {
  const terminal = fakeTerminal(options)
  const exit = await runCli(words, terminal)
  return { exit, ...terminal.written }
}
