import { lstatSync, type Stats } from 'node:fs'

/**
 * What stands at a path and is neither a file, nor a directory, nor a link, in words; undefined where that is nothing. A new file that is
 * renamed onto it would take it away: root would take /dev/null from everybody.
 */
export function specialFile(path: string): string | undefined {
  let stat: Stats
  try {
    stat = lstatSync(path)
  } catch {
    // Who writes there says what is in the way.
    return undefined
  }
  if (stat.isFile() || stat.isDirectory() || stat.isSymbolicLink()) return undefined
  if (stat.isFIFO()) return 'a pipe'
  return stat.isSocket() ? 'a socket' : 'a device'
}
