/** Characters that no file has there, or, like the colon, that lead into a stream of another file. */
const REFUSED = '<>:"|?*'

/**
 * Spec §6.1: whether Windows has a file of exactly this name for each component of a path. It drops a dot or a space at the end, so that
 * an entry would be written over another.
 */
export function hasWindowsNames(path: string): boolean {
  return path.split('/').every(name => !/[. ]$/.test(name) && ![...name].some(isRefused))
}

function isRefused(letter: string): boolean {
  return letter < ' ' || REFUSED.includes(letter)
}
