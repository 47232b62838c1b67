import * as v from 'valibot'

const text = v.string()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** What is kept of a prepared interpreter, beside its files. */
export const InterpreterFactsSchema = v.strictObject({
  /** `3.11.7` */
  version: text,
  /** The program, relative to the tree: `bin/python3.11`. */
  executable: text,
  /** The standard library, relative to the tree: `lib/python3.11`. */
  stdlib: text,
  tags: v.strictObject({
    /** `cp311` */
    python: text,
    /** `cp311`, `cp313t` */
    abi: text,
    /** Of this machine, as a wheel writes it: `linux_x86_64`. */
    platform: text,
    /** Part of the names of bytecode files: `cpython-311`. */
    cache: text,
    /** Part of the names of extension modules: `cpython-311-x86_64-linux-gnu`. */
    soabi: text,
  }),
  libc: v.picklist(['glibc', 'musl', 'system']),
  /** The highest glibc version that a file of the tree needs: `2.34`. */
  libcVersion: v.optional(text),
  /**
   * Variables that the program must be started with, as paths relative to the tree. `LD_ORIGIN_PATH: bin` where the program itself
   * needs libraries of the tree: glibc finds `$ORIGIN` through /proc, and a bare chroot has none.
   */
  environment: v.record(text, text),
  /** Identity of what the tree was made from, for flavor.lock: the same on every machine that has the same installation. */
  sha256: text,
  /** SHA-256 by soname of the libraries that were asked for beyond its own, for flavor.lock too. */
  libraries: v.record(text, text),
  files: count,
  bytes: count,
  /** What was left out against expectation, for people. */
  notes: v.array(text),
})

export type InterpreterFacts = v.InferOutput<typeof InterpreterFactsSchema>

/** An interpreter that can be shipped: a directory that runs wherever it lies. */
export interface InterpreterTree extends InterpreterFacts {
  readonly provider: 'uv' | 'vendored'
  /** Absolute path of the directory whose content becomes the slot. It belongs to the cache: read it, never change it. */
  readonly root: string
  /** False where it only installs the packages, and the user's own runs the program. */
  readonly ships?: false
}
