import { FormatError } from './format-error.ts'

/** Spec §5.5: the placeholders that stand for text. `{slot:N}` is the one with a number. */
const NAMES = ['workenv', 'package_name', 'version', 'primary', 'os', 'arch', 'platform'] as const
type Name = (typeof NAMES)[number]

/** Spec §5.5: lower-case name in braces, perhaps with a number; not after `$`, where it belongs to a shell. Other braces are text. */
const PLACEHOLDER = /(?<!\$)\{([a-z_]+)(?::([^{}]*))?\}/g

/** What a launch puts in place of each name. */
export interface PlaceholderValues extends Readonly<Record<Exclude<Name, 'primary'>, string>> {
  /** Index of the slot that `{primary}` means. */
  readonly primarySlot: number
  /** Absolute path of each slot, by index. */
  readonly slots: readonly string[]
}

/** The part of a package that placeholders depend on, known without any work environment. */
export interface PlaceholderScope {
  readonly slotCount: number
  readonly primarySlot: number
}

/**
 * `command`: a name that is no placeholder is refused, because a launcher that knows it would run another command.
 * `text`: it stays as it is, because values of the environment and contents of files are written for others to read (spec §5.5).
 */
export type PlaceholderPlace = 'command' | 'text'

/**
 * Spec §5.5: what may stand behind a path. An argument is one path, or ends with one; a text is for others to read, who end a path
 * at a blank, a quote or the separator of a list.
 */
const ENDS_PATH: Readonly<Record<PlaceholderPlace, readonly string[]>> = {
  command: ['', '/'],
  text: ['', '/', '\n', '\r', '\t', ' ', '"', "'", ':', ';', ',', ')'],
}

/**
 * Spec §5.5: checks a template without substituting, when a package is read or written.
 * @throws FormatError METADATA_PLACEHOLDER
 */
export function checkPlaceholders(
  template: string,
  field: string,
  scope: PlaceholderScope,
  place: PlaceholderPlace,
): void {
  replacePlaceholders(template, field, scope, place, () => '')
}

/**
 * Spec §5.5: puts the values in. One pass: a value that looks like a placeholder is not one.
 * @throws FormatError METADATA_PLACEHOLDER
 */
export function substitute(
  template: string,
  field: string,
  values: PlaceholderValues,
  place: PlaceholderPlace,
): string {
  const scope = { slotCount: values.slots.length, primarySlot: values.primarySlot }
  return replacePlaceholders(template, field, scope, place, (name, slot) =>
    name === 'slot' || name === 'primary' ? (values.slots[slot] ?? '') : values[name],
  )
}

function replacePlaceholders(
  template: string,
  field: string,
  scope: PlaceholderScope,
  place: PlaceholderPlace,
  valueFor: (name: Name | 'slot', slot: number) => string,
): string {
  return template.replace(PLACEHOLDER, (whole: string, name: string, number: string | undefined, offset: number) => {
    const isKnown = name === 'slot' || ((NAMES as readonly string[]).includes(name) && number === undefined)
    if (!isKnown) {
      if (place === 'text') return whole
      throw placeholderError(template, field, `has ${whole}`, `one of ${NAMES.map(known => `{${known}}`)} or {slot:N}`)
    }
    const after = template.charAt(offset + whole.length)
    if (isPath(name) && !ENDS_PATH[place].includes(after)) {
      const got = `has ${JSON.stringify(after)} after ${whole}`
      throw placeholderError(template, field, got, 'its end or a slash, because it stands for a whole path')
    }
    const slot = name === 'slot' ? parseSlotNumber(number ?? '') : scope.primarySlot
    if ((name === 'slot' || name === 'primary') && !(slot < scope.slotCount)) {
      const want = scope.slotCount === 0 ? 'no slot at all' : `a slot from 0 to ${scope.slotCount - 1}`
      throw placeholderError(template, field, `has ${whole}${name === 'slot' ? '' : `, slot ${slot}`}`, want)
    }
    return valueFor(name as Name | 'slot', slot)
  })
}

/** Spec §5.5: text right after a path would name something beside it. */
function isPath(name: string): boolean {
  return name === 'workenv' || name === 'slot' || name === 'primary'
}

/** Decimal without sign, space or leading zero; anything else is no slot. */
function parseSlotNumber(text: string): number {
  return /^(?:0|[1-9][0-9]{0,3})$/.test(text) ? Number(text) : Number.NaN
}

function placeholderError(template: string, field: string, got: string, want: string): FormatError {
  const message = `metadata: ${field} ${JSON.stringify(template)} ${got}, expected ${want} (spec §5.5)`
  return new FormatError('METADATA_PLACEHOLDER', message, { field, got, want })
}
