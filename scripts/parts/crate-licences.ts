/** What `cargo metadata` says about a crate. */
export interface CargoPackage {
  readonly name: string
  readonly version: string
  readonly license: string | null
  /** Absent for our own. */
  readonly source: string | null
}

/** Licences under which a crate can be linked into a program of Apache-2.0. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'MIT',
  'Unicode-3.0',
  'Unlicense',
  'Zlib',
])

/**
 * Crates whose licence we cannot meet, or that come from elsewhere than the public registry. Known advisories are not among what this
 * finds: their database is in no package registry.
 */
export function licenceFindings(packages: readonly CargoPackage[]): string[] {
  return packages.flatMap(({ name, version, license, source }) => [
    ...(isAllowed(license ?? '') ? [] : [`${name} ${version}: licence ${license ?? 'not stated'}`]),
    ...(source === null || source.startsWith('registry+') ? [] : [`${name} ${version}: comes from ${source}`]),
  ])
}

/** An SPDX expression in which every AND is met, and of each OR one side. Old crates write `/` for OR. */
function isAllowed(expression: string): boolean {
  const text = expression.replaceAll('/', ' OR ')
  return splitOutside(text, ' AND ').every(part =>
    splitOutside(part, ' OR ').some(choice => {
      const name = choice.trim()
      return name.startsWith('(') ? isAllowed(name.slice(1, -1)) : ALLOWED.has(name)
    }),
  )
}

/** Splits at a word that is in no parentheses. */
function splitOutside(text: string, word: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')') depth--
    if (depth > 0 || !text.startsWith(word, at)) continue
    parts.push(text.slice(from, at))
    from = at + word.length
  }
  return [...parts, text.slice(from)]
}
