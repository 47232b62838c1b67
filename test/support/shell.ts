import { spawnSync } from 'node:child_process'

/** Whether a shell is on this machine; tests of the others skip. */
export function hasShell(name: string): boolean {
  return spawnSync(name, ['-c', 'exit 0']).status === 0
}

/** Runs code in a shell and returns the lines of its output; anything on stderr is a failure. */
export function shellLines(name: string, args: readonly string[], code: string, cwd: string): string[] {
  const { stdout, stderr, status } = spawnSync(name, [...args, '-c', code], { encoding: 'utf8', cwd })
  if (status !== 0 || stderr !== '') throw new Error(`${name} exited with ${status}: ${stderr}`)
  return stdout.split('\n').filter(line => line !== '')
}
