import { WorkenvError } from './workenv-error.ts'

/** How many are named where none or several fit; a list of hundreds would hide what went wrong. */
const NAMED = 5

/** Anything that people call by an id or by the name of its package. */
export interface Named {
  readonly id: string
  readonly name: string
}

/**
 * The one that has this id, or that alone has an id which begins so or a package of this name.
 * @throws WorkenvError WORKENV_UNKNOWN where none or more than one fits
 */
export function findEntry<E extends Named>(entries: readonly E[], id: string): E {
  const exact = entries.find(entry => entry.id === id)
  if (exact !== undefined) return exact
  const fitting = entries.filter(entry => id !== '' && (entry.id.startsWith(id) || entry.name === id))
  const [entry, ...others] = fitting
  if (entry !== undefined && others.length === 0) return entry
  const got = entry === undefined ? 'names no work environment' : `names ${fitting.length} work environments`
  const want = wanted(entry === undefined ? likeliestFirst(entries, id) : fitting)
  const message = `${JSON.stringify(id)} ${got}, expected ${want}`
  const hint = '`flavor workenv list` shows them'
  throw new WorkenvError('WORKENV_UNKNOWN', message, { got: id, want }, { hint })
}

function likeliestFirst<E extends Named>(entries: readonly E[], id: string): E[] {
  const holds = entries.filter(entry => entry.id.toLowerCase().includes(id.toLowerCase()))
  return [...new Set([...holds, ...entries])]
}

function wanted(entries: readonly Named[]): string {
  if (entries.length === 0) return 'none: nothing is unpacked'
  const ids = entries.slice(0, NAMED).map(({ id }) => id)
  const rest = entries.length - ids.length
  return `one of ${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
