import { dirname } from 'node:path'
import * as v from 'valibot'
import { checkShape } from './check-shape.ts'
import { chooseCommand } from './choose-command.ts'
import type { ManifestError } from './manifest-error.ts'
import { type FieldPath, fieldError, type ManifestSource } from './manifest-source.ts'
import type { ProjectEnvironment, ProjectSlot, PythonProject } from './project.ts'
import { pythonVersions, requiresPython } from './python-versions.ts'
import {
  slotEncryption,
  slotId,
  slotKeySource,
  slotLifecycle,
  slotMeaning,
  slotPermissions,
  slotPlatform,
  slotPurpose,
  slotSource,
} from './slot-fields.ts'
import { slotKey } from './slot-key.ts'
import { slotOperations, slotTarget } from './slot-operations.ts'
import { parseToml } from './toml.ts'
import { TrustTableSchema } from './trust-table.ts'

const text = v.string('a string')
const texts = v.array(text, 'an array of strings')
const path = v.pipe(v.string('a path'), v.nonEmpty('a path'))
const name = v.pipe(
  v.string('a name'),
  v.regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i, 'a name of letters, digits, ".", "_" and "-"'),
)
const reference = v.pipe(
  v.string('a string such as "module:function"'),
  v.regex(/^[\w.]+ *: *[\w.]+ *(?:\[.*\])?$/, 'a string such as "module:function"'),
)
const scripts = v.record(text, reference, 'a table of strings such as "module:function"')
const variable = v.pipe(v.string('a name of a variable'), v.regex(/^[^=\0]+$/, 'a name of a variable'))

const ProjectSchema = v.object(
  {
    name,
    version: v.optional(v.pipe(text, v.nonEmpty('a version'))),
    description: v.optional(text, ''),
    dynamic: v.optional(texts, []),
    'requires-python': v.optional(v.string('a specifier such as ">=3.11"')),
    dependencies: v.optional(v.array(text, 'an array of requirements'), []),
    scripts: v.optional(scripts, {}),
    'gui-scripts': v.optional(scripts, {}),
  },
  'a table',
)

const EnvironmentSchema = v.strictObject(
  {
    unset: v.optional(v.array(variable, 'an array of names'), []),
    pass: v.optional(v.array(variable, 'an array of names'), []),
    set: v.optional(v.record(variable, text, 'a table of strings'), {}),
    map: v.optional(v.record(variable, variable, 'a table of names'), {}),
    isolated: v.optional(v.boolean('true or false'), true),
  },
  'a table',
)

const SlotSchema = v.strictObject(
  {
    id: slotId,
    source: slotSource,
    target: v.optional(path),
    extract_to: v.optional(path),
    purpose: v.optional(slotPurpose),
    lifecycle: v.optional(slotLifecycle),
    permissions: v.optional(slotPermissions),
    operations: v.optional(text),
    platform: v.optional(slotPlatform),
    encryption: v.optional(slotEncryption),
    key_source: v.optional(slotKeySource),
  },
  'a table',
)

const FlavorSchema = v.strictObject(
  {
    entry_point: v.optional(v.string('"module:function" or the name of a script')),
    package_name: v.optional(name),
    metadata: v.optional(v.strictObject({ package_name: v.optional(name) }, 'a table'), {}),
    build: v.optional(
      v.strictObject(
        {
          dependencies: v.optional(v.array(path, 'an array of paths'), []),
          extra_packages: v.optional(v.array(text, 'an array of requirements'), []),
        },
        'a table',
      ),
      {},
    ),
    execution: v.optional(
      v.strictObject(
        {
          runtime: v.optional(v.strictObject({ env: v.optional(EnvironmentSchema, {}) }, 'a table'), {}),
        },
        'a table',
      ),
      {},
    ),
    python: v.optional(
      v.strictObject({ ...pythonVersions, interpreter: v.optional(v.string('uv:VERSION, a path or none')) }, 'a table'),
      {},
    ),
    slots: v.optional(v.array(SlotSchema, 'an array of tables'), []),
    trust: v.optional(TrustTableSchema),
  },
  'a table',
)

const PyprojectSchema = v.object(
  {
    project: ProjectSchema,
    tool: v.optional(v.object({ flavor: v.optional(FlavorSchema, {}) }, 'a table'), {}),
  },
  'a table',
)

type Flavor = v.InferOutput<typeof FlavorSchema>

/** Reads the text of a pyproject.toml (docs/manifest.md). @throws ManifestError */
export function parsePyproject(source: ManifestSource): PythonProject {
  const { project, tool } = checkShape(PyprojectSchema, parseToml(source), source)
  const flavor = tool.flavor
  const packageName = flavor.metadata.package_name ?? flavor.package_name ?? project.name
  if (project.version === undefined && !project.dynamic.includes('version')) throw noVersion(source)
  const written = new Map([...Object.entries(project.scripts), ...Object.entries(project['gui-scripts'])])
  const command = chooseCommand(
    { scripts: written, entryPoint: flavor.entry_point, names: [packageName, project.name] },
    source,
  )
  const specifier = requiresPython(project['requires-python'], flavor.python)
  return {
    kind: 'python',
    manifest: source.path,
    directory: dirname(source.path),
    name: packageName,
    distribution: project.name,
    ...(project.version === undefined ? {} : { version: project.version }),
    description: project.description,
    ...(specifier === undefined ? {} : { requiresPython: specifier }),
    dynamicDependencies: project.dynamic.includes('dependencies'),
    dependencies: project.dependencies,
    ...command,
    writtenScripts: [...written.keys()],
    localDependencies: flavor.build.dependencies,
    extraPackages: flavor.build.extra_packages,
    runtimeEnv: environmentOf(flavor),
    ...(flavor.python.interpreter === undefined ? {} : { interpreter: flavor.python.interpreter }),
    slots: flavor.slots.map((slot, position) => slotOf(slot, position, source)),
    ...(flavor.trust === undefined ? {} : { trustedKeys: flavor.trust.keys }),
  }
}

function noVersion(source: ManifestSource): ManifestError {
  const hint = 'add `version = "1.0.0"`, or `dynamic = ["version"]` where the build backend knows it'
  const want = 'a version'
  const message = 'project.version is missing, expected a version'
  return fieldError('MANIFEST_MISSING', source, ['project', 'version'], { got: 'nothing', want, hint, message })
}

function environmentOf(flavor: Flavor): ProjectEnvironment {
  const { unset, pass, set, map, isolated } = flavor.execution.runtime.env
  return { unset, pass, set, map, isolated }
}

function slotOf(slot: v.InferOutput<typeof SlotSchema>, position: number, source: ManifestSource): ProjectSlot {
  const field = ['tool', 'flavor', 'slots', position]
  if (slot.target !== undefined && slot.extract_to !== undefined) {
    const message = 'target and extract_to are two names for one thing'
    const field2 = [...field, 'extract_to']
    throw fieldError('MANIFEST_VALUE', source, field2, { got: 'both', want: 'one of them', message })
  }
  checkLifecycle(slot, field, source)
  const key = slot.extract_to === undefined ? 'target' : 'extract_to'
  const target = slot[key] ?? lastComponent(slot.source)
  return {
    id: slot.id,
    source: slot.source,
    target: slotTarget(target, source, [...field, key]),
    ...slotMeaning(slot),
    ...(slot.operations === undefined
      ? {}
      : { operations: slotOperations(slot.operations, source, [...field, 'operations']) }),
    ...slotKey(slot, source, field),
  }
}

/** Spec §7.6: what would never be unpacked, or mean no more than `runtime`, is a mistake. */
function checkLifecycle(
  { lifecycle, platform }: v.InferOutput<typeof SlotSchema>,
  field: FieldPath,
  source: ManifestSource,
): void {
  if (lifecycle === 'init' || lifecycle === 'initialization') {
    const message = 'init slots are for setup commands, of which a Python package has none'
    const hint = 'leave lifecycle out: the slot is there before the program starts'
    const want = 'another lifecycle'
    throw fieldError('MANIFEST_VALUE', source, [...field, 'lifecycle'], { got: lifecycle, want, message, hint })
  }
  if (lifecycle === 'platform' && (platform ?? 'any') === 'any') {
    const message = 'a slot with the lifecycle platform names no platform'
    const hint = 'add `platform = "linux"`, "macos" or "windows"'
    const want = 'a platform'
    throw fieldError('MANIFEST_VALUE', source, [...field, 'lifecycle'], { got: lifecycle, want, message, hint })
  }
}

/** Where a slot goes that names no target: beside the program, under its own name. */
function lastComponent(source: string): string {
  return source.split('/').findLast(part => part !== '') ?? source
}
