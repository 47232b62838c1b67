import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { loadAllVerbs } from '../../src/cli/verbs.ts'

/**
 * The fields of what a verb printed with --json that its declaration (and so docs/json.md) does not know. A declared field that is
 * an object or a list stands for all that it holds.
 */
export async function undeclaredFields(object: Readonly<Record<string, unknown>>): Promise<string[]> {
  if (object.type === 'version') return []
  if (hasSchema(object)) {
    validOutput ??= compile()
    if (!validOutput.validate(object)) return [`schema: ${JSON.stringify(validOutput.validate.errors)}`]
  }
  const verb = (await loadAllVerbs()).find(candidate => candidate.name.replace(' ', '-') === object.type)
  if (verb === undefined) return [`type ${String(object.type)}`]
  return fieldsOf(object, '').filter(field => !isDeclared(field, Object.keys(verb.json)))
}

/** spec/schemas has one for all verbs about caches. */
function hasSchema({ type }: Readonly<Record<string, unknown>>): boolean {
  return type === 'clean' || String(type).startsWith('workenv-')
}

let validOutput: { readonly validate: ValidateFunction } | undefined

function compile(): { readonly validate: ValidateFunction } {
  const path = join(import.meta.dirname, '../../spec/schemas/workenv-output.schema.json')
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')) as object)
  return { validate }
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
