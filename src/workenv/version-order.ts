/** Words after which a version is newer than the same without them; before all others, such as `rc`, comes the release. */
const LATER: ReadonlySet<string> = new Set(['post', 'patch', 'pl', 'p', 'r', 'rev', 'sp'])

/**
 * The older of two versions first, whatever scheme they follow: numbers compare as numbers, `1.0rc1` and `1.0-beta` come before `1.0`,
 * `1.0.post1` after it, and what follows a `+` only tells builds apart. An order of all texts, so that sorting by it is defined.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareParts(left[at], right[at])
    if (order !== 0) return order
  }
  return a === b ? 0 : a < b ? -1 : 1
}

type Part = number | string | undefined

function partsOf(version: string): Part[] {
  const [release = ''] = version
    .toLowerCase()
    .replace(/^v(?=[0-9])/, '')
    .split('+')
  const words = release.match(/[0-9]+|[a-z]+/g) ?? []
  return words.map(word => (/^[0-9]/.test(word) ? Number(word) : word))
}

function compareParts(a: Part, b: Part): number {
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1
  // Undefined stands for 0 here: 1.0 and 1.0.0 are one version. Not a difference, which of two endless rows of digits is no number.
  const [left, right] = [Number(a ?? 0), Number(b ?? 0)]
  return left === right ? 0 : left < right ? -1 : 1
}

/** `1.0-rc` < `1.0` = `1.0.0` < `1.0-post` < `1.0.1`. */
function rankOf(part: Part): number {
  if (typeof part === 'string') return LATER.has(part) ? 2 : 0
  return part === undefined || part === 0 ? 1 : 3
}
