import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { scratch } from './scratch.ts'

/** A named pipe in a directory of its own: what root may remove as easily as a device, and nobody misses. */
export function pipe(): string {
  const path = join(scratch(), 'pipe')
  execFileSync('mkfifo', [path])
  return path
}
