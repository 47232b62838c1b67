/** What a package says of its key that whoever relies on it should know; empty for an ordinary key. */
export function keyNote(metadata: { readonly ephemeral: boolean; readonly test_key: boolean }): string {
  if (metadata.ephemeral) return ', made for this package and thrown away'
  return metadata.test_key ? ', for tests only: made from a text, and whoever guesses it can sign too' : ''
}
