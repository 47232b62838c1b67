import type { AbsentLauncher } from './assembler.ts'

/** Which step of a reader accepts or refuses a package (spec §9.1). Each step does what those before it do. */
export type Level = 'open' | 'verify' | 'deep' | 'extract'

/** One vector: what docs/vectors.md describes, before it is written as files. */
export interface Vector {
  /** The folder below spec/vectors. */
  readonly area: string
  readonly name: string
  readonly comment: string
  /** The section that demands the outcome, such as `§2.1`. */
  readonly spec: string
  readonly kind: string
  /** Packages only: the first step that refuses; for good ones the last that accepts. */
  readonly level?: Level
  /** Written beside the JSON; absent where `input` says everything. */
  readonly file?: { readonly extension: 'psp' | 'bin'; readonly bytes: Uint8Array }
  /** Hostile packages: the same one as it goes behind another launcher. */
  readonly behind?: (launcher: AbsentLauncher) => Uint8Array
  readonly input?: Readonly<Record<string, unknown>>
  readonly expect: { readonly ok: Readonly<Record<string, unknown>> } | { readonly error: string }
}

/** The files of one vector by their path below spec/vectors. */
export function filesOf(vector: Vector): readonly (readonly [path: string, bytes: Uint8Array])[] {
  const { area, name, comment, spec, kind, level, file, input, expect } = vector
  const fileName = file && `${name}.${file.extension}`
  const value = { comment, spec, kind, level, file: fileName, input, expect }
  const json = [`${area}/${name}.json`, Buffer.from(`${JSON.stringify(value, null, 2)}\n`)] as const
  return file ? [json, [`${area}/${fileName}`, file.bytes] as const] : [json]
}

/** Vectors of one area and kind, each with what differs. */
export function inArea<Shared extends Partial<Vector>>(area: string, shared: Shared) {
  return (rest: Omit<Vector, 'area' | keyof Shared> & Partial<Vector>): Vector =>
    ({ area, ...shared, ...rest }) as unknown as Vector
}
