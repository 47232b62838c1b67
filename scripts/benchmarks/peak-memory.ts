import { execa } from 'execa'
import type { Argv } from './hyperfine.ts'

/** The kernel's own count for the process and all that it waited for; Node does not tell it about children. */
const SCRIPT = `import resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)`

/** Peak of resident memory of a command, in bytes. */
export async function peakMemory(command: Argv, cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const { stdout } = await execa('python3', ['-c', SCRIPT, ...command], { env, cwd, stdin: 'ignore' })
  return Number(stdout) * 1024
}
