import { spawnSync } from 'node:child_process'

/** Whether a program is here; tests name what they skip without it. */
export function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}
