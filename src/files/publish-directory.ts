import { renameSync } from 'node:fs'

export interface Publication {
  /** A directory on the same file system that nobody else knows. It is gone afterwards, unless another one was there. */
  readonly staged: string
  readonly place: string
  /** Where a directory that does not serve goes; the caller removes it. */
  readonly aside: string
  /** Whether what lies at the place serves as well: a process that was faster made the same. */
  readonly serves: () => boolean
}

/**
 * Lets a directory appear whole, by a rename. What is there already stays where it serves; one that lost files is moved aside first, so
 * that nobody ever sees a part.
 * @throws the error of the system
 */
export function publishDirectory({ staged, place, aside, serves }: Publication): void {
  try {
    renameSync(staged, place)
  } catch (cause) {
    if (serves()) return
    if (!TAKEN.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    renameSync(place, aside)
    renameSync(staged, place)
  }
}

/** What rename(2) says of a directory that is not empty; Windows says EPERM of any. */
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EPERM']
