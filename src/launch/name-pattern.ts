/**
 * Spec §7.2: whether `name` matches a pattern of `*` (anything, also nothing), `?` (one character), `[abc]`, `[a-z]`, `[!abc]`
 * (one of a set, or none of it) and characters that stand for themselves. A `[` that nothing closes is a character. No pattern
 * takes longer than the product of both lengths.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const [letters, tokens] = [[...name], parsePattern(pattern)]
  let [letter, token] = [0, 0]
  /** Where to go back to: the last star, and the first letter that it does not take yet. */
  let star: { token: number; letter: number } | undefined
  while (letter < letters.length) {
    const current = tokens[token]
    if (current === '*') {
      star = { token, letter }
      token++
    } else if (current?.(letters[letter] ?? '')) {
      token++
      letter++
    } else if (star !== undefined) {
      star.letter++
      token = star.token + 1
      letter = star.letter
    } else {
      return false
    }
  }
  return tokens.slice(token).every(rest => rest === '*')
}

type Token = '*' | ((letter: string) => boolean)

function parsePattern(pattern: string): Token[] {
  const letters = [...pattern]
  const tokens: Token[] = []
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    // A set may hold `]` as its first member.
    const begin = letters[at + 1] === '!' || letters[at + 1] === '^' ? at + 2 : at + 1
    const end = letter === '[' ? letters.indexOf(']', begin + 1) : -1
    if (letter === '*') tokens.push('*')
    else if (letter === '?') tokens.push(() => true)
    else if (end > 0) {
      tokens.push(memberOf(letters.slice(begin, end), begin === at + 2))
      at = end
    } else tokens.push(other => other === letter)
  }
  return tokens
}

function memberOf(members: readonly string[], isInverted: boolean): Token {
  const ranges: [low: string, high: string][] = []
  for (let at = 0; at < members.length; at++) {
    const [low = '', dash, high] = members.slice(at, at + 3)
    if (dash === '-' && high !== undefined) at += 2
    ranges.push([low, dash === '-' && high !== undefined ? high : low])
  }
  const codeOf = (letter: string) => letter.codePointAt(0) ?? 0
  return letter =>
    ranges.some(([low, high]) => codeOf(low) <= codeOf(letter) && codeOf(letter) <= codeOf(high)) !== isInverted
}
