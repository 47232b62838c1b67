import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'

/** workenv §10.1: what of a process can name a file that it uses. */
const LINKS = ['exe', 'cwd'] as const
const TEXTS = ['maps', 'environ', 'cmdline'] as const
/** What tells of a program that was started since; it maps no file of a directory that it has not been told of. */
const TEXTS_OF_START = ['environ', 'cmdline'] as const

/** A process as people know it. */
export interface ProcessUser {
  readonly pid: number
  /** Name of the program, which need not be the one that the package is named for: `python3.11`. */
  readonly program: string
}

export interface SeenProcess extends ProcessUser {
  /** Everything that may hold a path. */
  readonly texts: readonly string[]
}

/** What the processes of this machine name, read once; undefined where there is no /proc to ask. */
export class ProcessNames {
  readonly #processes: readonly SeenProcess[]
  /** By directory: those that name something in it. Hundreds of work environments lie in one, and no text is searched for each. */
  readonly #near = new Map<string, readonly SeenProcess[]>()

  constructor(processes: readonly SeenProcess[]) {
    this.#processes = processes
  }

  /** Whether any process names this directory or something in it. */
  mention(directory: string): boolean {
    return this.users(directory).length > 0
  }

  /** The processes that name this directory or something in it. */
  users(directory: string): ProcessUser[] {
    const parent = dirname(directory)
    let near = this.#near.get(parent)
    if (near === undefined) {
      near = this.#processes.filter(({ texts }) => texts.some(text => text.includes(parent)))
      this.#near.set(parent, near)
    }
    return near
      .filter(({ texts }) => texts.some(text => mentions(text, directory)))
      .map(({ pid, program }) => ({ pid, program }))
  }

  /** The processes that have a file open: locks on it have no other trace that names their holder. */
  holders(file: string): ProcessUser[] {
    return this.#processes
      .filter(({ pid }) => filesOf(pid).includes(file))
      .map(({ pid, program }) => ({ pid, program }))
  }

  /** The program of a process; undefined where it is not there, or nothing can be read of it. */
  programOf(pid: number): string | undefined {
    return this.#processes.find(process => process.pid === pid)?.program
  }
}

/** workenv §10.1. Processes of other users are seen only by root; they cannot use a cache of ours either. */
export function readProcesses(platform: NodeJS.Platform): ProcessNames | undefined {
  return readTexts(platform, TEXTS)
}

/** workenv §10.2: who began since all were read. Leaves out what takes most of the time to read. */
export function readStarts(platform: NodeJS.Platform): ProcessNames | undefined {
  return readTexts(platform, TEXTS_OF_START)
}

function readTexts(platform: NodeJS.Platform, names: readonly (typeof TEXTS)[number][]): ProcessNames | undefined {
  if (platform !== 'linux') return undefined
  const processes: SeenProcess[] = []
  try {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name)
      if (!/^[0-9]+$/.test(name) || pid === process.pid) continue
      const texts = textsOf(pid, names)
      if (texts.length > 0) processes.push({ pid, program: programOf(pid), texts })
    }
  } catch {
    return undefined
  }
  return processes.length === 0 ? undefined : new ProcessNames(processes)
}

/** For messages: `python3.11 (pid 4711), sh (pid 4712)`, and how many more. */
export function nameUsers(users: readonly ProcessUser[]): string {
  const named = users.slice(0, NAMED_USERS).map(({ pid, program }) => `${program} (pid ${pid})`)
  const rest = users.length - named.length
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

const NAMED_USERS = 3

function textsOf(pid: number, names: readonly (typeof TEXTS)[number][]): string[] {
  const links = LINKS.map(name => attemptRead(() => readlinkSync(`/proc/${pid}/${name}`, 'utf8')))
  const texts = names.map(name => attemptRead(() => readFileSync(`/proc/${pid}/${name}`, 'utf8')))
  return [...links, ...texts].filter(text => text !== '')
}

/** Of the file that it runs, also where that was replaced; else the first 15 bytes of it that the kernel keeps. */
function programOf(pid: number): string {
  const file = attemptRead(() => readlinkSync(`/proc/${pid}/exe`, 'utf8')).replace(/ \(deleted\)$/, '')
  return file === '' ? attemptRead(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).trimEnd() : basename(file)
}

function filesOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`
  try {
    return readdirSync(directory).map(fd => attemptRead(() => readlinkSync(`${directory}/${fd}`, 'utf8')))
  } catch {
    return []
  }
}

/** A process may end, or be somebody else's, while it is looked at. */
function attemptRead(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/** The directory itself, or a path in it; not one that only begins alike. */
function mentions(text: string, directory: string): boolean {
  for (let at = text.indexOf(directory); at >= 0; at = text.indexOf(directory, at + 1)) {
    const after = text.charAt(at + directory.length)
    if (!/[\w.-]/.test(after)) return true
  }
  return false
}
