import { join } from 'node:path'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import type { LockFile } from './lock-file.ts'
import type { Uv } from './uv-command.ts'

/** With what a tree is made. */
export interface InstallContext {
  readonly interpreter: InterpreterTree
  readonly lock: Pick<LockFile, 'resolutions'>
  readonly uv: Uv
  /** A directory that is removed when the tree is made. */
  readonly staging: string
  readonly onStep: (message: string) => void
}

/** The interpreter as a program of this machine. */
export interface RunnablePython {
  readonly program: string
  readonly environment: Readonly<Record<string, string>>
}

export function runnable(interpreter: InterpreterTree): RunnablePython {
  const paths = Object.entries(interpreter.environment).map(([name, path]) => [name, join(interpreter.root, path)])
  return { program: join(interpreter.root, interpreter.executable), environment: Object.fromEntries(paths) }
}
