import * as v from 'valibot'
import { nearest } from './did-you-mean.ts'
import type { ManifestError } from './manifest-error.ts'
import { type FieldPath, fieldError, fieldName, type ManifestSource } from './manifest-source.ts'

/**
 * The value as the schema wants it. Every part of a schema carries, as its message, what it expects in words.
 * @throws ManifestError MANIFEST_MISSING, MANIFEST_VALUE, MANIFEST_KEY for the first fault
 */
export function checkShape<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  source: ManifestSource,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  throw shapeError(schema, value, result.issues[0], source)
}

function shapeError(
  schema: v.GenericSchema,
  value: unknown,
  issue: v.BaseIssue<unknown>,
  source: ManifestSource,
): ManifestError {
  const field = (issue.path ?? []).map(item => item.key as string | number)
  const isKeyIssue = issue.expected === 'never' && (issue.type === 'strict_object' || issue.type === 'record')
  if (isKeyIssue) return unknownKey(schema, field, source)
  if (valueAt(value, field) === undefined) return missing(field, wanted(schema, issue, field), source)
  const got = describeValue(issue.input)
  return fieldError('MANIFEST_VALUE', source, field, { got, want: wanted(schema, issue, field) })
}

function missing(field: FieldPath, want: string, source: ManifestSource): ManifestError {
  const name = fieldName(field)
  const message = `${name} is missing, expected ${want}`
  const hint = source.syntax === 'toml' ? `add \`${field.at(-1)} = …\` under ${tableOf(field)}` : `add ${name}`
  return fieldError('MANIFEST_MISSING', source, field, { got: 'nothing', want, hint, message })
}

function unknownKey(schema: v.GenericSchema, field: FieldPath, source: ManifestSource): ManifestError {
  const known = Object.keys(entriesOf(schemaAt(schema, field.slice(0, -1))) ?? {})
  const typed = String(field.at(-1))
  const guess = nearest(typed, known)
  const message = `${fieldName(field)} means nothing here`
  const want = known.join(', ')
  const hint = guess === undefined ? `the keys are ${want}` : `did you mean ${JSON.stringify(guess)}?`
  return fieldError('MANIFEST_KEY', source, field, { got: typed, want, hint, message })
}

/** What the schema says in words; a missing key is an issue of the object around it, so its own schema is asked. */
function wanted(schema: v.GenericSchema, issue: v.BaseIssue<unknown>, field: FieldPath): string {
  const own = issue.input === undefined ? expectation(schemaAt(schema, field)) : undefined
  // A schema of the format carries no words of its own; what the library expected is said instead.
  return own ?? (issue.message.startsWith('Invalid') ? (issue.expected ?? issue.message) : issue.message)
}

function expectation(schema: unknown): string | undefined {
  const message = (schema as { message?: unknown } | undefined)?.message
  if (typeof message === 'string') return message
  const first = (schema as { pipe?: readonly unknown[] } | undefined)?.pipe?.[0]
  if (first !== undefined && first !== schema) return expectation(first)
  return entriesOf(schema) === undefined ? undefined : 'a table'
}

/** The schema of the value at `field`, through optional wrappers, arrays and pipes. */
function schemaAt(schema: unknown, field: FieldPath): unknown {
  return field.reduce<unknown>((outer, key) => {
    const inner = unwrapped(outer)
    if (typeof key === 'number') return (inner as { item?: unknown } | undefined)?.item
    return entriesOf(inner)?.[key] ?? (inner as { value?: unknown } | undefined)?.value
  }, schema)
}

function entriesOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  return (unwrapped(schema) as { entries?: Record<string, unknown> } | undefined)?.entries
}

function unwrapped(schema: unknown): unknown {
  const { wrapped, pipe } = (schema ?? {}) as { wrapped?: unknown; pipe?: readonly unknown[] }
  if (wrapped !== undefined) return unwrapped(wrapped)
  const first = pipe?.[0]
  return first === undefined || first === schema ? schema : unwrapped(first)
}

function valueAt(value: unknown, field: FieldPath): unknown {
  return field.reduce<unknown>((outer, key) => (outer as Record<string | number, unknown> | undefined)?.[key], value)
}

/** `[tool.flavor.python]`; a position in an array means the array's own header. */
function tableOf(field: FieldPath): string {
  const parents = field.slice(0, -1)
  if (parents.length === 0) return 'the top'
  const name = fieldName(parents.filter(part => typeof part === 'string'))
  return typeof parents.at(-1) === 'number' ? `[[${name}]]` : `[${name}]`
}

export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'object' && value !== null) return 'a table'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
