/** trust §5.2: negative where `one` is older than `other`, positive where it is newer, 0 where neither is. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parse(one), parse(other)]
  return (
    compareNumbers(a.epoch, b.epoch) ||
    compareSequences(a.release, b.release, (x = '0', y = '0') => compareNumbers(x, y)) ||
    compareSequences(a.rest, b.rest, compareParts)
  )
}

/** Numbers are digits without zeros in front. */
interface Version {
  readonly epoch: string
  readonly release: readonly string[]
  /** From the first word on. */
  readonly rest: readonly string[]
}

const SYNONYMS: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
  rev: 'post',
  r: 'post',
}

function parse(text: string): Version {
  const [relevant = ''] = text.toLowerCase().split('+')
  const [, epoch = '0', rest = ''] = /^v?(?:([0-9]+)!)?(.*)$/s.exec(relevant) ?? []
  const parts = (rest.match(/[0-9]+|[a-z]+/g) ?? []).map(part => {
    return /^[0-9]/.test(part) ? part.replace(/^0+(?=.)/, '') : (SYNONYMS[part] ?? part)
  })
  const word = parts.findIndex(isWord)
  const end = word < 0 ? parts.length : word
  return { epoch: epoch.replace(/^0+(?=.)/, ''), release: parts.slice(0, end), rest: parts.slice(end) }
}

function compareSequences(
  one: readonly string[],
  other: readonly string[],
  compare: (one?: string, other?: string) => number,
): number {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const order = compare(one[at], other[at])
    if (order !== 0) return order
  }
  return 0
}

function compareParts(one?: string, other?: string): number {
  const ranks = rank(one) - rank(other)
  if (ranks !== 0 || one === undefined || other === undefined) return ranks
  if (isWord(one)) return one === other ? 0 : one < other ? -1 : 1
  return compareNumbers(one, other)
}

/** A part that is missing is the end, which a zero does not differ from. */
function rank(part: string | undefined): number {
  if (part === undefined || part === '0') return 2
  if (part === 'dev') return 0
  if (part === 'post') return 3
  return isWord(part) ? 1 : 4
}

function isWord(part: string): boolean {
  return /^[a-z]/.test(part)
}

/** Digits without zeros in front, of any length. */
function compareNumbers(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length
  return one === other ? 0 : one < other ? -1 : 1
}
