import { FormatError } from '../format/format-error.ts'

const PLACEHOLDER = '{workenv}'
/** workenv §4.3: what may follow a path; anything else would name a place beside the work environment. */
const ENDS_PATH = new Set(['', '/', '\n', '\r', '\t', ' ', '"', "'", ':', ';', ',', ')'])

/**
 * workenv §4.3: a template with the path of the work environment put in.
 * @throws FormatError METADATA_PLACEHOLDER
 */
export function renderDerived(template: string, root: string, field: string): string {
  return template.replaceAll(PLACEHOLDER, (_, offset: number) => {
    const after = template.charAt(offset + PLACEHOLDER.length)
    if (ENDS_PATH.has(after)) return root
    const got = `${JSON.stringify(after)} after ${PLACEHOLDER}`
    const want = 'the end, a slash, a blank, a quote or punctuation'
    throw new FormatError('METADATA_PLACEHOLDER', `metadata: ${field} has ${got}, expected ${want} (workenv §4.3)`, {
      field,
      got,
      want,
    })
  })
}
