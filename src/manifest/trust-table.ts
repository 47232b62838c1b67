import * as v from 'valibot'
import { checkShape } from './check-shape.ts'
import type { ManifestSource } from './manifest-source.ts'
import { parseToml } from './toml.ts'

/** `[tool.flavor.trust]` of a pyproject.toml (trust §2.1): the keyring of a project. */
export const TrustTableSchema = v.strictObject(
  {
    policy: v.optional(v.picklist(['open', 'tofu', 'pinned'], 'open, tofu or pinned')),
    threshold: v.optional(v.pipe(v.number('a number'), v.integer('a whole number'), v.minValue(1, 'a number from 1'))),
    keys: v.optional(v.array(v.string('a key line, as `flavor trust show` prints it'), 'an array of key lines'), []),
  },
  'a table',
)

export type TrustTable = v.InferOutput<typeof TrustTableSchema>

const ManifestSchema = v.object(
  {
    tool: v.optional(
      v.object({ flavor: v.optional(v.object({ trust: v.optional(TrustTableSchema) }, 'a table')) }, 'a table'),
    ),
  },
  'a table',
)

/**
 * The table of a manifest whose other tables need not be whole; undefined where there is none.
 * @throws ManifestError
 */
export function parseTrustTable(source: ManifestSource): TrustTable | undefined {
  return checkShape(ManifestSchema, parseToml(source), source).tool?.flavor?.trust
}
