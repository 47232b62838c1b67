/** Classifiers that leave no doubt which licence of SPDX they mean. Apache's first licence is older than the index. */
const CLASSIFIERS: Readonly<Record<string, string>> = {
  'Apache Software License': 'Apache-2.0',
  'Boost Software License 1.0 (BSL-1.0)': 'BSL-1.0',
  'GNU Affero General Public License v3': 'AGPL-3.0-only',
  'GNU General Public License v3 (GPLv3)': 'GPL-3.0-only',
  'GNU General Public License v3 or later (GPLv3+)': 'GPL-3.0-or-later',
  'GNU Lesser General Public License v3 (LGPLv3)': 'LGPL-3.0-only',
  'GNU Lesser General Public License v3 or later (LGPLv3+)': 'LGPL-3.0-or-later',
  'ISC License (ISCL)': 'ISC',
  'MIT License': 'MIT',
  'MIT No Attribution License (MIT-0)': 'MIT-0',
  'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
  'Python Software Foundation License': 'PSF-2.0',
  'The Unlicense (Unlicense)': 'Unlicense',
  'zlib/libpng License': 'Zlib',
}
const OSI = 'License :: OSI Approved :: '
/** Some put the whole text of their licence into the field. */
const MAX_NAME = 80

/**
 * The licence of a distribution by its METADATA: the SPDX expression (PEP 639), else the short name of the older field where it is one
 * word, as identifiers are, else the classifiers, else that name. Undefined where its author says nothing.
 * @param values gives the values of a header
 */
export function distributionLicence(values: (header: string) => readonly string[]): string | undefined {
  const [expression] = values('License-Expression')
  if (expression) return expression
  const name = values('License').find(text => text !== '' && text !== 'UNKNOWN' && fitsName(text))
  if (name !== undefined && /^[A-Za-z0-9.+-]+$/.test(name)) return name
  const classified = values('Classifier').flatMap(text => (text.startsWith(OSI) ? [text.slice(OSI.length)] : []))
  const known = [...new Set(classified.flatMap(text => CLASSIFIERS[text] ?? []))]
  // Several classifiers may mean a choice or a sum: nobody can tell.
  if (classified.length === 1 && known[0] !== undefined) return known[0]
  return name ?? (classified.join(', ') || undefined)
}

function fitsName(text: string): boolean {
  return text.length <= MAX_NAME && !text.includes('\n')
}
