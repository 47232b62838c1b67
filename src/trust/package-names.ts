/** What escaping a name replaces (trust §2.4): control characters and blanks, and what means something in a line. */
const ESCAPED = /[\0-\x20%*,\x7f]/g
/** One pattern: escapes as escaping writes them, a star at the end only. */
const PATTERN = /^(?!$)(?:%(?:[01][0-9A-F]|20|25|2A|2C|7F)|[^\0-\x20%*,\x7f])*\*?$/
const MAX_FILE_NAME = 200

/** trust §2.4: the name of a package as it stands in lines and as patterns are compared with it. */
export function escapeName(name: string): string {
  return name.replace(ESCAPED, character => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

/** The name that an escaped one stands for. */
export function unescapeName(escaped: string): string {
  return escaped.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** trust §2.4: the patterns of a line; undefined where one of them can never match. */
export function parseNames(text: string): readonly string[] | undefined {
  const patterns = text.split(',')
  return patterns.every(pattern => PATTERN.test(pattern)) ? patterns : undefined
}

/** trust §2.4: whether one of the patterns is for packages of this name. */
export function matchesNames(patterns: readonly string[], name: string): boolean {
  const escaped = escapeName(name)
  return patterns.some(pattern =>
    pattern.endsWith('*') ? escaped.startsWith(pattern.slice(0, -1)) : escaped === pattern,
  )
}

/** trust §2.2: the file of a keyring that is read for packages of this name, beside `all.keys`. */
export function keysFileOf(name: string): string {
  const plain = Array.from(name, character => (/^[A-Za-z0-9._-]$/.test(character) ? character : '_'))
  return `for-${plain.slice(0, MAX_FILE_NAME).join('')}.keys`
}
