import type { LoadedVector } from './vectors.ts'

/** What reads each kind of vector but packages; the value has the names of the vector's `expect.ok`. */
export const STRUCTURE_READERS: Readonly<Record<string, (vector: LoadedVector) => unknown>> = {}
