import { readdirSync, readFileSync } from 'node:fs'

/** One process as it was at one moment: its start tells it from a later one with the same number. */
export interface RunningProcess {
  readonly pid: number
  /** Clock ticks since boot. */
  readonly started: string
}

interface Status extends RunningProcess {
  readonly parent: number
  /** One letter (proc(5)). */
  readonly state: string
}

/** Stopped, traced, or ended: what starts nothing. */
const AT_REST = /[TtZX]/
/** What hangs in the kernel does not stop; nobody waits for it. */
const MAX_ROUNDS = 50

/** A process and all that it started, as far as /proc tells; where there is none, itself. */
export function processTree(root: number): RunningProcess[] {
  const tree = statusesBelow(root)
  return tree.length === 0 ? [{ pid: root, started: '' }] : tree
}

/**
 * Sends a signal that ends processes to one and to all that it started, and gives them. They are stopped first: what would start another one
 * meanwhile leaves it behind, as nobody's child.
 */
export function endProcessTree(root: number, signal: NodeJS.Signals): RunningProcess[] {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const running = statusesBelow(root).filter(({ state }) => !AT_REST.test(state))
    if (running.length === 0) break
    signalProcesses(running, 'SIGSTOP')
  }
  const tree = processTree(root)
  signalProcesses(tree, signal)
  signalProcesses(tree, 'SIGCONT')
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

function statusesBelow(root: number): Status[] {
  const all = readStatuses()
  const tree = all.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
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
    const [state, parent, started] = [fields[0], fields[1], fields[19]]
    if (state === undefined || parent === undefined || started === undefined) return undefined
    return { pid, state, parent: Number(parent), started }
  } catch {
    return undefined
  }
}
