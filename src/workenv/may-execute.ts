import { accessSync, constants } from 'node:fs'
import { loadLibc } from './libc.ts'
import { errorCode } from './rung-failure.ts'

/**
 * workenv §1.3: whether the system would run a file of ours; a mount may forbid it.
 * @throws the error of the system, where the file cannot be reached
 */
export function mayExecute(path: string): boolean {
  // access(2) asks for the real user, who may not even reach what a set-id launcher made.
  const hasOtherRights = process.getuid?.() !== process.geteuid?.() || process.getgid?.() !== process.getegid?.()
  const answer = hasOtherRights ? loadLibc()?.mayExecute(path) : undefined
  return answer ?? mayRealUserExecute(path)
}

function mayRealUserExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error
    return false
  }
}
