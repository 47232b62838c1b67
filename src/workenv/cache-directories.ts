import { ensureDirectory } from '../files/ensure-directory.ts'
import type { Site } from './find-workenv.ts'

/** workenv §6.1: the directories that everything is made in. */
export function makeCacheDirectories({ layout, base }: Site): void {
  for (const directory of [layout.envs, layout.slots, layout.staging]) {
    ensureDirectory(directory, base.directoryMode)
  }
}
