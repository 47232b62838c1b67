import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { PINNED_ZIG } from '../../src/tools/pinned-tools.ts'
import { fetchPinnedTool } from '../../src/tools/pinned-wheel.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import { PACK_CACHE } from './packed-app.ts'

/** Debian has `wine64` beside its libraries; its `wine` asks for a 32-bit one as well. */
export const WINE = [...searchPath('wine64', process.env), '/usr/lib/wine/wine64', ...searchPath('wine', process.env)]
  .filter(existsSync)
  .at(0)

/** The one process that all Windows programs of a prefix share. */
const [SERVER] = [...searchPath('wineserver', process.env), '/usr/lib/wine/wineserver'].filter(existsSync)

export interface WineOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Uint8Array
  readonly cwd?: string
}

export interface Wine {
  /** Where `C:\` is. */
  readonly drive: string
  /** All that it is started with. */
  readonly variables: Readonly<Record<string, string>>
  run(program: string, args: readonly string[], options?: WineOptions): Promise<WineResult>
  /** Ends all that runs in it. */
  stop(): Promise<void>
}

export interface WineResult {
  readonly exitCode: number | undefined
  readonly stdout: Buffer
  /** Of the program alone: wine's own lines are off. */
  readonly stderr: string
}

/** A Windows with no variables but its own. Made once for all tests, in half a minute; `stop` is for the end. */
export async function startWine(): Promise<Wine> {
  const prefix = join(PACK_CACHE, 'wine')
  const drive = join(prefix, 'drive_c')
  const variables = { WINEPREFIX: prefix, WINEDEBUG: '-all', HOME: PACK_CACHE, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }
  mkdirSync(PACK_CACHE, { recursive: true })
  const system = join(drive, 'windows/system32')
  if (!existsSync(join(system, 'bcryptprimitives.dll'))) {
    await execa(WINE ?? '', ['wineboot', '--init'], { env: variables, extendEnv: false, reject: false })
    await compileForWindows('test/support/bcryptprimitives.c', join(system, 'bcryptprimitives.dll'), [
      '-shared',
      '-ladvapi32',
    ])
  }
  const apart = { env: variables, extendEnv: false, reject: false, stdio: 'ignore' } as const
  const server = async (flag: string) => (SERVER === undefined ? undefined : await execa(SERVER, [flag], apart))
  // It ends with its last program otherwise, and a program that starts at that moment finds nobody. What Windows itself runs stays with it, and
  // would keep the output of whatever program it was started with.
  await server('--persistent')
  await execa(WINE ?? '', ['wineboot'], apart)
  return {
    drive,
    variables,
    stop: async () => {
      await server('--kill')
    },
    async run(program, args, { env = {}, input = new Uint8Array(), cwd = drive } = {}) {
      const options = {
        extendEnv: false,
        reject: false,
        encoding: 'buffer',
        stripFinalNewline: false,
        input,
        cwd,
      } as const
      const done = await execa(WINE ?? '', [program, ...args], { ...options, env: { ...variables, ...env } })
      return {
        exitCode: done.exitCode,
        stdout: Buffer.from(done.stdout),
        stderr: Buffer.from(done.stderr).toString().replaceAll('\r', ''),
      }
    },
  }
}

/** Compiles a C file of the repository with the pinned zig, which has all that Windows programs need. */
export async function compileForWindows(source: string, output: string, more: readonly string[] = []): Promise<void> {
  const zig = await fetchPinnedTool(PINNED_ZIG, { cacheDirectory: PACK_CACHE, environment: process.env })
  const place = join(PACK_CACHE, 'zig')
  const env = { ZIG_GLOBAL_CACHE_DIR: place, ZIG_LOCAL_CACHE_DIR: place }
  const flags = ['-target', 'x86_64-windows-gnu', '-O1', '-s', '-o', output]
  await execa(zig, ['cc', ...flags, join(import.meta.dirname, '../..', source), ...more], { env })
}
