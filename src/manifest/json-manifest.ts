import { basename, dirname } from 'node:path'
import * as v from 'valibot'
import { RuntimeEnvSchema, SetupCommandSchema } from '../format/metadata.ts'
import { checkShape } from './check-shape.ts'
import { ManifestError } from './manifest-error.ts'
import { fieldError, type ManifestSource } from './manifest-source.ts'
import type { GenericProject, ProjectSlot } from './project.ts'
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

const text = v.string('a string')
const named = v.pipe(text, v.nonEmpty('a string that is not empty'))
const environment = v.nullish(v.record(text, text, 'an object of strings'), {})
const argv = v.pipe(v.array(text, 'an array of strings'), v.minLength(1, 'a program and its arguments'))
const argv0 = v.picklist(['invoked', 'program'], '"invoked" or "program"')
const position = v.pipe(v.number('a number'), v.integer('a whole number'), v.minValue(0, 'a number from 0 up'))

const SlotSchema = v.object(
  {
    slot: v.nullish(position),
    id: slotId,
    source: slotSource,
    target: text,
    purpose: v.nullish(slotPurpose, 'data'),
    lifecycle: v.nullish(slotLifecycle, 'runtime'),
    operations: v.nullish(text),
    permissions: v.nullish(slotPermissions),
    platform: v.optional(slotPlatform),
    share: v.optional(v.boolean('true or false')),
    encryption: v.nullish(slotEncryption),
    key_source: v.nullish(slotKeySource),
  },
  'an object',
)

/** Unknown keys are ignored, as the reference's builders do: manifests that people have carry copies of other fields at the top. */
const ManifestSchema = v.object(
  {
    package: v.object({ name: named, version: named, description: v.nullish(text, '') }, 'an object'),
    execution: v.object(
      {
        primary_slot: v.nullish(position, 0),
        command: named,
        argv: v.optional(argv),
        argv0: v.optional(argv0),
        commands: v.optional(v.record(named, v.object({ argv, argv0: v.optional(argv0, 'invoked') }, 'an object'))),
        env: environment,
        environment,
      },
      'an object',
    ),
    slots: v.array(SlotSchema, 'an array of slots'),
    runtime: v.nullish(v.object({ env: v.nullish(RuntimeEnvSchema) }, 'an object')),
    workenv: v.nullish(
      v.object(
        {
          directories: v.nullish(v.array(v.object({ path: named, mode: v.nullish(slotPermissions) }, 'an object'))),
          env: v.nullish(v.record(text, text, 'an object of strings')),
          umask: v.nullish(slotPermissions),
        },
        'an object',
      ),
    ),
    setup_commands: v.nullish(v.array(SetupCommandSchema, 'an array of setup commands'), []),
    cache_validation: v.nullish(v.object({ check_file: text, expected_content: text }, 'an object')),
  },
  'an object',
)

type Manifest = v.InferOutput<typeof ManifestSchema>

/** Reads the reference's JSON manifest (docs/manifest.md). @throws ManifestError */
export function parseJsonManifest(source: ManifestSource): GenericProject {
  const manifest = checkShape(ManifestSchema, parseJson(source), source)
  const { execution, runtime, cache_validation } = manifest
  const slots = manifest.slots.map((slot, index) => slotOf(slot, index, source))
  checkPrimarySlot(manifest, source)
  return {
    kind: 'generic',
    manifest: source.path,
    directory: dirname(source.path),
    name: manifest.package.name,
    version: manifest.package.version,
    description: manifest.package.description,
    execution: {
      primarySlot: execution.primary_slot,
      command: execution.command,
      ...(execution.argv === undefined ? {} : { argv: execution.argv }),
      ...(execution.argv0 === undefined ? {} : { argv0: execution.argv0 }),
      ...(execution.commands === undefined ? {} : { commands: execution.commands }),
      // One builder of the reference reads `environment`, the other one `env`.
      env: { ...execution.environment, ...execution.env },
    },
    slots,
    ...(runtime?.env ? { runtimeEnv: runtime.env } : {}),
    ...(manifest.workenv ? { workenv: workenvOf(manifest.workenv) } : {}),
    setupCommands: manifest.setup_commands,
    ...(cache_validation ? { cacheValidation: cache_validation } : {}),
  }
}

function parseJson(source: ManifestSource): unknown {
  try {
    return JSON.parse(source.text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const before = source.text.slice(0, faultOffset(source.text)).split('\n')
    const [line, column] = [`${before.length}`, `${(before.at(-1)?.length ?? 0) + 1}`]
    const detail = { file: source.path, line, column, got: reason, want: 'JSON' }
    const message = `${basename(source.path)}:${line}:${column}: not JSON: ${reason}`
    throw new ManifestError('MANIFEST_SYNTAX', message, detail, { cause })
  }
}

/** V8 names the place of some faults only. It is where the longest beginning ends that could still become JSON. */
function faultOffset(text: string): number {
  let [sound, faulty] = [0, text.length + 1]
  while (faulty - sound > 1) {
    const length = Math.floor((sound + faulty) / 2)
    if (length <= text.length && isBeginning(text.slice(0, length))) sound = length
    else faulty = length
  }
  return sound
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (cause) {
    const message = String(cause)
    const position = /at position (\d+)/.exec(message)?.[1]
    return /end of JSON input|Unterminated/.test(message) || position === `${text.length}`
  }
}

function checkPrimarySlot(manifest: Manifest, source: ManifestSource): void {
  const { primary_slot } = manifest.execution
  if (primary_slot === 0 || primary_slot < manifest.slots.length) return
  const want = `one of the ${manifest.slots.length} slots`
  throw fieldError('MANIFEST_VALUE', source, ['execution', 'primary_slot'], { got: `${primary_slot}`, want })
}

function slotOf(slot: v.InferOutput<typeof SlotSchema>, index: number, source: ManifestSource): ProjectSlot {
  const field = ['slots', index]
  if (slot.slot !== undefined && slot.slot !== null && slot.slot !== index) {
    const want = `${index}, its position`
    throw fieldError('MANIFEST_VALUE', source, [...field, 'slot'], { got: `${slot.slot}`, want })
  }
  return {
    id: slot.id,
    source: slot.source,
    target: slotTarget(slot.target, source, [...field, 'target']),
    ...slotMeaning({
      purpose: slot.purpose,
      lifecycle: slot.lifecycle,
      permissions: slot.permissions,
      platform: slot.platform,
    }),
    ...(slot.operations === undefined || slot.operations === null || slot.operations === ''
      ? {}
      : { operations: slotOperations(slot.operations, source, [...field, 'operations']) }),
    ...(slot.share === undefined ? {} : { share: slot.share }),
    ...slotKey(slot, source, field),
  }
}

function workenvOf(workenv: NonNullable<Manifest['workenv']>): NonNullable<GenericProject['workenv']> {
  const { directories, env, umask } = workenv
  return {
    ...(directories ? { directories: directories.map(({ path, mode }) => ({ path, ...(mode ? { mode } : {}) })) } : {}),
    ...(env ? { env } : {}),
    ...(umask ? { umask } : {}),
  }
}
