import * as v from 'valibot'
import { KEY_SOURCE, KEY_SOURCE_FORM } from '../format/metadata.ts'
import {
  LIFECYCLES,
  lifecycleOf,
  PURPOSES,
  purposeOf,
  type SlotPlatform,
  UNNUMBERED_LIFECYCLES,
} from '../format/slot-enumerations.ts'
import type { ProjectSlot } from './project.ts'

/** Fields that a slot has in both kinds of manifest. Every schema's message is what it expects, in words. */

/** The purposes of the format, those of the reference's builders, and the one that its documents write. */
const PURPOSE_NAMES = [...PURPOSES, 'payload', 'runtime', 'tool', 'configuration'] as const
const LIFECYCLE_NAMES = [
  ...LIFECYCLES,
  ...UNNUMBERED_LIFECYCLES,
  'temp',
  'cached',
  'development',
  'initialization',
] as const
const PLATFORM_NAMES = ['any', 'linux', 'macos', 'darwin', 'windows'] as const

export const slotId = v.pipe(
  v.string('a name'),
  v.regex(/^[\w][\w.-]*$/, 'a name of letters, digits, ".", "_" and "-"'),
)
export const slotSource = v.pipe(v.string('a path'), v.nonEmpty('a path'))
export const slotPurpose = v.picklist(PURPOSE_NAMES, `one of ${PURPOSE_NAMES.join(', ')}`)
export const slotLifecycle = v.picklist(LIFECYCLE_NAMES, `one of ${LIFECYCLE_NAMES.join(', ')}`)
export const slotPlatform = v.picklist(PLATFORM_NAMES, `one of ${PLATFORM_NAMES.join(', ')}`)
export const slotPermissions = v.pipe(
  v.string('an octal mode such as "0644"'),
  v.regex(/^0?[0-7]{1,3}$/, 'an octal mode such as "0644", without set-id bits'),
)

/** Spec §4.7. */
export const slotEncryption = v.literal('aes256', '"aes256"')
export const slotKeySource = v.pipe(v.string(KEY_SOURCE_FORM), v.regex(KEY_SOURCE, KEY_SOURCE_FORM))

interface WrittenSlot {
  readonly purpose?: (typeof PURPOSE_NAMES)[number] | undefined
  readonly lifecycle?: (typeof LIFECYCLE_NAMES)[number] | undefined
  readonly platform?: (typeof PLATFORM_NAMES)[number] | undefined
  readonly permissions?: string | null | undefined
}

/** What the names mean. */
export function slotMeaning(
  slot: WrittenSlot,
): Pick<ProjectSlot, 'purpose' | 'lifecycle' | 'platform' | 'permissions'> {
  const { purpose = 'data', lifecycle = 'runtime', permissions, platform } = slot
  return {
    purpose: purpose === 'configuration' ? 'config' : purposeOf(purpose),
    lifecycle: lifecycleOf(lifecycle),
    ...(platform === undefined ? {} : { platform: platformOf(platform) }),
    ...(permissions === undefined || permissions === null ? {} : { permissions: Number.parseInt(permissions, 8) }),
  }
}

function platformOf(name: (typeof PLATFORM_NAMES)[number]): SlotPlatform {
  return name === 'darwin' ? 'macos' : name
}
