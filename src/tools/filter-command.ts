import { execa } from 'execa'
import { endProcessTree } from './process-tree.ts'
import { whileWorking } from './run-command.ts'
import type { Environment } from './tool.ts'

export interface FilterOptions {
  /** All of its stdin. */
  readonly input: Uint8Array
  /** All variables of the process. */
  readonly environment: Environment
  /** Ends it, with all that it started. */
  readonly deadline: AbortSignal
  /** More output than this ends it. */
  readonly maxOutput: number
}

/** What became of it. `failed` says why it has no output that counts. */
export type FilterResult =
  | { readonly kind: 'done'; readonly output: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'late' }

/** git's list (run-command.c, prepare_shell_cmd): a text with none of these is the name of a program. */
const SHELL_CHARACTERS = /[|&;<>()$`\\"' \t\n*?[#~=%]/

/** Whether a command is for the shell: as in git, what is more than the name of one program is. */
export function isShellLine(command: string): boolean {
  return SHELL_CHARACTERS.test(command)
}

/** Gives a program bytes and takes its answer. What it writes to stderr, and asks on the terminal, goes straight to the user. */
export async function filterCommand(command: string, options: FilterOptions): Promise<FilterResult> {
  const child = execa(command, {
    shell: isShellLine(command),
    env: options.environment,
    extendEnv: false,
    reject: false,
    encoding: 'buffer',
    // Bytes may end with what a text would end its line with.
    stripFinalNewline: false,
    input: options.input,
    stderr: 'inherit',
    maxBuffer: options.maxOutput,
  })
  let end = () => {}
  const late = new Promise<FilterResult>(resolve => {
    end = () => {
      // The shell's own children too: they would hold stdout open.
      if (child.pid !== undefined) endProcessTree(child.pid, 'SIGKILL')
      resolve({ kind: 'late' })
    }
  })
  options.deadline.addEventListener('abort', end, { once: true })
  const ended = child.then((result): FilterResult => {
    if (result.isMaxBuffer) return { kind: 'failed', reason: `wrote more than ${options.maxOutput} bytes` }
    if (result.exitCode === 0) return { kind: 'done', output: result.stdout }
    if (result.exitCode !== undefined) return { kind: 'failed', reason: `ended with ${result.exitCode}` }
    if (result.signal !== undefined) return { kind: 'failed', reason: `ended by ${result.signal}` }
    return { kind: 'failed', reason: `cannot be started: ${result.originalMessage ?? ''}` }
  })
  try {
    return await whileWorking({ pid: child.pid, result: Promise.race([ended, late]) })
  } finally {
    options.deadline.removeEventListener('abort', end)
  }
}
