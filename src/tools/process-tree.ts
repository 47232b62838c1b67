import { readdirSync, readFileSync } from 'node:fs'

/** One process as it was at one moment: its start tells it from a later one with the same number. */
export interface RunningProcess {
  readonly pid: number
  /** Clock ticks since boot. */
  readonly started: string
}

interface Status extends RunningProcess {
  readonly parent: number
}

/** A process and all that it started, as far as /proc tells; where there is none, itself. */
export function processTree(root: number): RunningProcess[] {
  const all = readStatuses()
  const tree: RunningProcess[] = all.filter(({ pid }) => pid === root)
  if (tree.length === 0) return [{ pid: root, started: '' }]
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
}

/** Sends a signal to those that still are what they were. */
export function signalProcesses(processes: readonly RunningProcess[], signal: NodeJS.Signals): void {
  for (const { pid, started } of processes) {
    if (started !== '' && readStatus(pid)?.started !== started) continue
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
}

function readStatuses(): Status[] {
  try {
    const pids = readdirSync('/proc').filter(name => /^[0-9]+$/.test(name))
    return pids.flatMap(pid => readStatus(Number(pid)) ?? [])
  } catch {
    return []
  }
}

/** proc(5): `pid (name) state ppid …`, and the start as field 22. The name may hold blanks and parentheses. */
function readStatus(pid: number): Status | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, started] = [fields[1], fields[19]]
    return parent === undefined || started === undefined ? undefined : { pid, parent: Number(parent), started }
  } catch {
    return undefined
  }
}
