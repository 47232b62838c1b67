import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa, execaSync } from 'execa'

/** Why this machine cannot do what a test needs, or undefined. Tests that skip name it. */
export function missing(
  ...needs: readonly ('root' | 'linux' | 'unshare' | 'chroot' | 'setpriv' | 'strace' | 'gcc')[]
): string | undefined {
  for (const need of needs) {
    if (need === 'linux' && process.platform !== 'linux') return 'needs Linux'
    if (need === 'root' && process.getuid?.() !== 0) return 'needs root'
    if (need === 'unshare' && execaSync('unshare', ['-m', 'true'], { reject: false }).exitCode !== 0)
      return 'needs mount namespaces'
    if (need === 'strace' && execaSync('strace', ['-o', '/dev/null', 'true'], { reject: false }).exitCode !== 0)
      return 'needs strace'
    if (
      (need === 'chroot' || need === 'setpriv' || need === 'gcc') &&
      execaSync(need, ['--version'], { reject: false }).failed
    )
      return `needs ${need}`
  }
  return undefined
}

export interface RunOptions {
  readonly args?: readonly string[]
  /** The whole environment of the program. */
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly input?: string
  /** Directories that the program must not see: each is covered by an empty one. */
  readonly hide?: readonly string[]
  /** Run as another user. */
  readonly uid?: number
}

/** Runs a program in a mount namespace in which the given directories are empty. */
export function runHidden(program: string, options: RunOptions) {
  const hide = (options.hide ?? []).filter(path => existsSync(path))
  const user =
    options.uid === undefined ? [] : ['setpriv', `--reuid=${options.uid}`, `--regid=${options.uid}`, '--clear-groups']
  const mounts = hide.map((_, position) => `mount -t tmpfs -o ro,size=4k none "$${position + 1}"`).join(' && ')
  const script = `${mounts || ':'} && shift ${hide.length} && exec "$@"`
  // The variables of the program start at `env -i`, so that nothing of the test's own leaks into it.
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)
  const command = [...user, 'env', '-i', ...env, program, ...(options.args ?? [])]
  return execa('unshare', ['-m', 'sh', '-c', script, 'sh', ...hide, ...command], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    reject: false,
    stripFinalNewline: false,
  })
}

/** Libraries that every glibc machine has, and those that Node's own binary needs beside them. */
const LIBRARIES = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'libstdc++.so.6',
  'libgcc_s.so.1',
  'libatomic.so.1',
]

/** Makes a root directory that holds a C library, an empty /tmp and `program` as /app: no shell, no /proc, no Python, no Node. */
export function bareRoot(directory: string, program: string): string {
  const listed = execaSync('ldconfig', ['-p'], { env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' } }).stdout
  const loader = '/lib64/ld-linux-x86-64.so.2'
  const places = LIBRARIES.map(
    name => new RegExp(`${name.replaceAll(/[.+]/g, '\\$&')} \\(.*x86-64.*\\) => (\\S+)`).exec(listed)?.[1],
  )
  for (const place of [loader, ...places]) {
    if (place === undefined) continue
    mkdirSync(join(directory, dirname(place)), { recursive: true })
    copyFileSync(place, join(directory, place))
  }
  mkdirSync(join(directory, 'tmp'), { mode: 0o1777 })
  copyFileSync(program, join(directory, 'app'))
  return directory
}
