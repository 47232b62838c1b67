import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** workenv §10.1: what of a process can name a file that it uses. */
const LINKS = ['exe', 'cwd'] as const
const TEXTS = ['maps', 'environ', 'cmdline'] as const

/** What the processes of this machine name, read once; undefined where there is no /proc to ask. */
export class ProcessNames {
  readonly #texts: readonly string[]

  constructor(texts: readonly string[]) {
    this.#texts = texts
  }

  /** Whether any process names this directory or something in it. */
  mention(directory: string): boolean {
    return this.#texts.some(text => mentions(text, directory))
  }
}

/** workenv §10.1. Processes of other users are seen only by root; they cannot use a cache of ours either. */
export function readProcesses(platform: NodeJS.Platform): ProcessNames | undefined {
  if (platform !== 'linux') return undefined
  const texts: string[] = []
  try {
    for (const pid of readdirSync('/proc')) {
      if (/^[0-9]+$/.test(pid) && Number(pid) !== process.pid) texts.push(...textsOf(pid))
    }
  } catch {
    return undefined
  }
  return texts.length === 0 ? undefined : new ProcessNames(texts)
}

function textsOf(pid: string): string[] {
  const links = LINKS.map(name => attemptRead(() => readlinkSync(`/proc/${pid}/${name}`, 'utf8')))
  const texts = TEXTS.map(name => attemptRead(() => readFileSync(`/proc/${pid}/${name}`, 'utf8')))
  return [...links, ...texts].filter(text => text !== '')
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
