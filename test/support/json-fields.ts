import { loadAllVerbs } from '../../src/cli/verbs.ts'

/**
 * The fields of what a verb printed with --json that its declaration (and so docs/json.md) does not know. A declared field that is
 * an object or a list stands for all that it holds.
 */
export async function undeclaredFields(object: Readonly<Record<string, unknown>>): Promise<string[]> {
  if (object.type === 'version') return []
  const verb = (await loadAllVerbs()).find(candidate => candidate.name.replace(' ', '-') === object.type)
  if (verb === undefined) return [`type ${String(object.type)}`]
  return fieldsOf(object, '').filter(field => !isDeclared(field, Object.keys(verb.json)))
}

function isDeclared(field: string, declared: readonly string[]): boolean {
  return declared.some(known => field === known || field.startsWith(`${known}.`) || field.startsWith(`${known}[`))
}

/** `slots[].id` and the like, for every value that is no object and no list. */
function fieldsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap(item => fieldsOf(item, `${path}[]`))
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path === '' ? name : `${path}.${name}`))
}
