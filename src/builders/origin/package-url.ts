/**
 * A package URL (purl): the name of a component that databases of advisories know. Of versions only what could be taken for a separator
 * is encoded; names of PyPI are normalised by whoever gives them.
 */
export function packageUrl(type: 'pypi' | 'cargo' | 'npm' | 'generic', name: string, version?: string): string {
  return `pkg:${type}/${name.split('/').map(encode).join('/')}${version === undefined ? '' : `@${encode(version)}`}`
}

/** The rules for purl leave `:` as it is and encode `+`, which some readers take for a blank. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':')
}
