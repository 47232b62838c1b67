/** What a number still holds exactly. */
const LIMIT = Number.MAX_SAFE_INTEGER

const AGES: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** workenv §10.5: milliseconds; undefined for what is no age. */
export function parseAge(text: string): number | undefined {
  return amount(text, AGES)
}

/** workenv §10.5: bytes; undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  return amount(text, SIZES)
}

/** Digits and a unit, in any case; `0` needs none. */
function amount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  if (text === '0') return 0
  const [, number, unit = ''] = /^([0-9]+)([A-Za-z]+)$/.exec(text) ?? []
  const factor = Object.entries(units).find(([name]) => name === unit.toLowerCase())?.[1]
  if (number === undefined || factor === undefined) return undefined
  // Whole numbers of any length: what is too much must not become something else on the way.
  const exact = BigInt(number) * BigInt(factor)
  return exact <= BigInt(LIMIT) ? Number(exact) : undefined
}
