import type { DynamicLibrary } from 'node:ffi'
import { closeSync, constants, existsSync, readSync } from 'node:fs'

/** Calls of the C library that Node has no function for. */
export interface Libc {
  /** The path by which the kernel started this program (AT_EXECFN). Linux only. */
  executablePath(): string | undefined
  /** Whether the kernel gave this process more rights than its caller has (AT_SECURE). Linux only. */
  isSecure(): boolean
  /** Such as "2.36"; undefined where the C library is another. */
  glibcVersion(): string | undefined
  /** Puts back the default for a signal that Node ignores. */
  resetSignal(number: number): void
  /** Whether the effective user may execute a file; undefined where the C library cannot tell. */
  mayExecute(path: string): boolean | undefined
  /**
   * fcntl(2) with a number or a structure.
   * @returns what the system answers, negative where it refuses; undefined where the C library cannot be asked
   */
  fcntl(fd: number, command: number, argument: bigint | Buffer): number | undefined
  /** An empty file in memory, from which programs may be started. Linux only. */
  memoryFile(): MemoryFile | undefined
}

/** A file that goes with its last descriptor (memfd_create(2)). */
export interface MemoryFile {
  /** Where it is open now, for whoever closes it. */
  fd(): number
  /**
   * Lets nobody write to it any more.
   * @returns the path that the kernel starts it by; undefined where it could not be sealed, or /proc is not there
   */
  seal(): string | undefined
}

/** getauxval(3). */
const AT_SECURE = 23n
const AT_EXECFN = 31n
const SIG_DFL = 0n
/** faccessat(2). */
const AT_FDCWD = -100
const AT_EACCESS = 0x200
/** memfd_create(2). Kernels before 6.3 do not know MFD_EXEC, and need none. */
const MFD_CLOEXEC = 1
const MFD_ALLOW_SEALING = 2
const MFD_EXEC = 16
/** fcntl(2). */
const F_DUPFD = 0
const F_ADD_SEALS = 1033
/** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE. */
const ALL_SEALS = 15n
/** Programs count on getting the lowest free number, and shells use those up to 99. */
const FIRST_INHERITED = 100n

let loaded: Libc | undefined
let isLoaded = false

/**
 * Through node:ffi, which the pinned Node has and which takes under a millisecond. It is experimental, so everything here has an
 * answer for where it is missing: undefined means that Node cannot call the C library.
 */
export function loadLibc(): Libc | undefined {
  if (!isLoaded) loaded = withoutWarnings(openLibc)
  isLoaded = true
  return loaded
}

function openLibc(): Libc | undefined {
  try {
    const ffi = process.getBuiltinModule('node:ffi')
    // null is this process itself, into which the C library is linked.
    const library = new ffi.DynamicLibrary(null)
    const text = (pointer: bigint) => ffi.toString(pointer) ?? undefined
    const auxiliary = (key: bigint): bigint => {
      const getauxval = library.getFunction('getauxval', { arguments: ['uint64'], return: 'uint64' })
      return getauxval(key)
    }
    return {
      executablePath: () => orUndefined(() => pointerText(text, auxiliary(AT_EXECFN))),
      isSecure: () => orUndefined(() => auxiliary(AT_SECURE) !== 0n) ?? false,
      glibcVersion: () =>
        orUndefined(() => {
          const version = library.getFunction('gnu_get_libc_version', { arguments: [], return: 'pointer' })
          return pointerText(text, version())
        }),
      resetSignal: number => {
        orUndefined(() => {
          const signal = library.getFunction('signal', { arguments: ['int32', 'pointer'], return: 'pointer' })
          return signal(number, SIG_DFL)
        })
      },
      mayExecute: path =>
        orUndefined(() => {
          const types = { arguments: ['int32', 'string', 'int32', 'int32'], return: 'int32' } as const
          return library.getFunction('faccessat', types)(AT_FDCWD, path, constants.X_OK, AT_EACCESS) === 0
        }),
      fcntl: (...call) => orUndefined(() => fcntlOf(library)(...call)),
      memoryFile: () => orUndefined(() => memoryFile(library)),
    }
  } catch {
    return undefined
  }
}

/** Its third argument is a number or a pointer, which are handed over alike. One function may only be asked for with the same types. */
function fcntlOf(library: DynamicLibrary) {
  return library.getFunction('fcntl', { arguments: ['int32', 'int32', 'pointer'], return: 'int32' })
}

/**
 * Moves a file to a descriptor that the program inherits, out of the way of those that it opens.
 * @returns undefined where the limit on descriptors leaves no room for it; it stays where it is then
 */
export function inherited(fd: number, libc: Pick<Libc, 'fcntl'>): number | undefined {
  const moved = libc.fcntl(fd, F_DUPFD, FIRST_INHERITED) ?? -1
  if (moved < 0) return undefined
  closeSync(fd)
  return moved
}

/** workenv §1.4. */
function memoryFile(library: DynamicLibrary): MemoryFile | undefined {
  const create = library.getFunction('memfd_create', { arguments: ['string', 'uint32'], return: 'int32' })
  const fcntl = fcntlOf(library)
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING
  let fd = create('flavor', flags | MFD_EXEC)
  if (fd < 0) fd = create('flavor', flags)
  if (fd < 0) return undefined
  return { fd: () => fd, seal }

  /** The kernel reads a binary before it closes the file, but the interpreter of a script opens it by its path: that one is inherited. */
  function seal(): string | undefined {
    if (fcntl(fd, F_ADD_SEALS, ALL_SEALS) !== 0) return undefined
    const head = Buffer.alloc(2)
    if (readSync(fd, head, 0, 2, 0) === 2 && head.toString('latin1') === '#!') {
      const moved = inherited(fd, { fcntl })
      if (moved === undefined) return undefined
      fd = moved
    }
    const path = `/proc/self/fd/${fd}`
    return existsSync(path) ? path : undefined
  }
}

function pointerText(text: (pointer: bigint) => string | undefined, pointer: bigint): string | undefined {
  return pointer === 0n ? undefined : text(pointer)
}

/** A function that this C library lacks is no answer, not a failure. */
function orUndefined<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch {
    return undefined
  }
}

/** Node warns about experimental parts at their first use; users of a packed program did not choose them. */
export function withoutWarnings<T>(use: () => T): T {
  const emitWarning = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return use()
  } finally {
    process.emitWarning = emitWarning
  }
}
