import * as v from 'valibot'
import type { PackageFile } from '../package-file.ts'
import { OriginError } from './origin-error.ts'
import { readOrigin } from './origin-slot.ts'

const text = v.string()
/** Components hold components; whoever nests deeper wants readers to run out of stack. */
const MAX_DEPTH = 128

const LicenceSchema = v.union([
  v.object({ license: v.object({ id: text }) }),
  v.object({ license: v.object({ name: text }) }),
  v.object({ expression: text }),
])

const plain = {
  type: text,
  name: text,
  version: v.optional(text),
  'bom-ref': v.optional(text),
  purl: v.optional(text),
  licenses: v.optional(v.array(LicenceSchema), []),
  hashes: v.optional(v.array(v.object({ alg: text, content: text })), []),
}

interface Component extends v.InferOutput<v.ObjectSchema<typeof plain, undefined>> {
  readonly components: readonly Component[]
}

const ComponentSchema: v.GenericSchema<unknown, Component> = v.object({
  ...plain,
  components: v.optional(v.array(v.lazy(() => ComponentSchema)), []),
})

/** What is shown of a CycloneDX document; it may say much more. */
const BillSchema = v.object({
  bomFormat: v.literal('CycloneDX'),
  specVersion: v.literal('1.6'),
  metadata: v.optional(v.object({ component: v.optional(ComponentSchema) }), {}),
  components: v.optional(v.array(ComponentSchema), []),
  dependencies: v.optional(v.array(v.object({ ref: text, dependsOn: v.optional(v.array(text), []) })), []),
})

export interface Bill {
  /** The document as it is stored. */
  readonly document: string
  /** `ref` of the package itself; undefined where the document does not tell. */
  readonly root: string | undefined
  /** All components, nested ones too, the package itself first. */
  readonly components: readonly BilledComponent[]
}

export interface BilledComponent {
  /** Unique in a bill. */
  readonly ref: string
  readonly type: string
  readonly name: string
  readonly version: string | undefined
  readonly purl: string | undefined
  /** SPDX identifiers and expressions, else what somebody wrote. */
  readonly licences: readonly string[]
  /** Hex. */
  readonly sha256: string | undefined
  /** Refs of what it needs. */
  readonly dependsOn: readonly string[]
}

/**
 * Spec §5.8: the bill of materials of a package.
 * @throws OriginError ORIGIN_ABSENT, ORIGIN_SLOT, SBOM_FORM; PackageError, CodecError
 */
export async function readBill(pkg: PackageFile): Promise<Bill> {
  return parseBill(await readOrigin(pkg, 'sbom'), `slot ${pkg.metadata.sbom}`)
}

/** @throws OriginError SBOM_FORM */
export function parseBill(bytes: Uint8Array, where: string): Bill {
  const { document, value } = parseJson(bytes, where)
  const result = v.safeParse(BillSchema, value, { abortEarly: true })
  if (!result.success) {
    const issue = result.issues[0]
    throw billError(where, v.getDotPath(issue) ?? 'the document', issue.received, issue.expected ?? issue.message)
  }
  const { metadata, components, dependencies } = result.output
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const all = [...(metadata.component === undefined ? [] : [metadata.component]), ...components].flatMap(flat)
  return {
    document,
    root: metadata.component?.['bom-ref'],
    components: all.map((component, position) => {
      const ref = component['bom-ref'] ?? `component ${position}`
      return { ...describe(component), ref, dependsOn: needs.get(ref) ?? [] }
    }),
  }
}

function flat(component: Component): Component[] {
  return [component, ...component.components.flatMap(flat)]
}

function describe({ type, name, version, purl, licenses, hashes }: Component) {
  const licences = licenses.map(licence => {
    if ('expression' in licence) return licence.expression
    return 'id' in licence.license ? licence.license.id : licence.license.name
  })
  return { type, name, version, purl, licences, sha256: hashes.find(({ alg }) => alg === 'SHA-256')?.content }
}

function parseJson(bytes: Uint8Array, where: string): { document: string; value: unknown } {
  try {
    const document = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (depthOf(document) > MAX_DEPTH) throw new RangeError(`more than ${MAX_DEPTH} levels`)
    return { document, value: JSON.parse(document) }
  } catch (cause) {
    throw billError(where, 'the document', 'no JSON', 'CycloneDX 1.6', cause)
  }
}

/** Levels of brackets outside of strings. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function billError(where: string, field: string, got: string, want: string, cause?: unknown): OriginError {
  const message = `${where}: ${field} is ${got}, expected ${want} (spec §5.8)`
  return new OriginError('SBOM_FORM', message, { field, got, want }, cause === undefined ? {} : { cause })
}
