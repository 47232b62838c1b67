import { FormatError } from './format-error.ts'
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from './limits.ts'

const WORKENV = '{workenv}'
/** Spec §5.4: the ways to write the root of the work environment; the references write the first three. */
const ROOTS: ReadonlySet<string> = new Set(['', '.', WORKENV, `${WORKENV}/`])
/** Names that Windows gives to devices, whatever follows the first dot. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/**
 * Spec §5.4: the target of a slot, relative to the work environment; '' for its root.
 * @throws FormatError METADATA_TARGET
 */
export function parseTarget(target: string, slot: number): string {
  if (ROOTS.has(target)) return ''
  const relative = stripWorkenv(target)
  const fault = targetFault(relative)
  if (fault === undefined) return relative
  const message = `slot ${slot}: target ${JSON.stringify(target)} ${fault}, expected a plain path below {workenv} (spec §5.4)`
  throw new FormatError('METADATA_TARGET', message, {
    slot: `${slot}`,
    field: 'target',
    got: target,
    want: 'a plain path',
  })
}

/**
 * Spec §5.4 and §6.1: why `path` is no plain relative path, or undefined where it is one. Plain means: components joined by `/`,
 * none of them empty, `.` or `..`; no NUL, no backslash, no drive letter, no Windows device; within the limits of §10.
 */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'is absolute'
  if (path.includes('\0')) return 'holds a NUL'
  if (path.includes('\\')) return 'holds a backslash'
  if (/^[a-z]:/i.test(path)) return 'begins with a drive letter'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`
  const components = path.split('/')
  if (components.length > MAX_PATH_DEPTH) return `is deeper than ${MAX_PATH_DEPTH} components`
  for (const component of components) {
    if (component === '') return 'has an empty component'
    if (component === '.' || component === '..') return `has a component ${JSON.stringify(component)}`
    if (Buffer.byteLength(component) > MAX_NAME_BYTES) return `has a component longer than ${MAX_NAME_BYTES} bytes`
    if (DEVICE_NAME.test(component)) return `has a component that is a device on Windows (${component})`
  }
  return undefined
}

/** Spec §5.4: a brace would be a placeholder to some readers and a name to others. */
function targetFault(relative: string): string | undefined {
  if (/[{}]/.test(relative)) return 'holds a brace'
  return pathFault(relative)
}

/** One slash at the end says that a directory is meant and changes nothing. */
function stripWorkenv(target: string): string {
  const relative = target.startsWith(`${WORKENV}/`) ? target.slice(WORKENV.length + 1) : target
  return relative.length > 1 && relative.endsWith('/') ? relative.slice(0, -1) : relative
}
