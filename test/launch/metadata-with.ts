import { checkMetadata, type Metadata, type MetadataInput } from '../../src/format/metadata.ts'
import type { PlaceholderValues } from '../../src/format/placeholders.ts'

/** Metadata of a small package, with changes. */
export function metadataWith(changes: Partial<MetadataInput>): Metadata {
  return checkMetadata({
    format: 'PSPF/2025',
    package: { name: 'app', version: '1.2' },
    slots: [
      { slot: 0, id: 'root', target: '{workenv}', size: 1, checksum: '', operations: 'tar' },
      { slot: 1, id: 'data', target: 'data', size: 1, checksum: '', operations: 'tar' },
    ],
    execution: { command: 'app' },
    ...changes,
  })
}

/** What the placeholders of that package stand for. */
export const VALUES: PlaceholderValues = {
  workenv: '/c/w e',
  package_name: 'app',
  version: '1.2',
  os: 'linux',
  arch: 'amd64',
  platform: 'linux_amd64',
  primarySlot: 0,
  slots: ['/c/w e', '/c/w e/data'],
}

export const WINDOWS_VALUES: PlaceholderValues = {
  ...VALUES,
  workenv: 'C:\\c\\w e',
  os: 'windows',
  platform: 'windows_amd64',
  slots: ['C:\\c\\w e', 'C:\\c\\w e\\data'],
}
