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
}

/** getauxval(3). */
const AT_SECURE = 23n
const AT_EXECFN = 31n
const SIG_DFL = 0n

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
    }
  } catch {
    return undefined
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
