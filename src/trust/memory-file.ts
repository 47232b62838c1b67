import { join } from 'node:path'
import type { KeyringPlace } from './keyring-places.ts'
import { formatMemory, MAX_MEMORY_FILE, type Memory, parseMemory } from './memory.ts'
import { isTrustDirectory, readTrustFile } from './trust-file.ts'
import { changeTrust, writeTrustFile } from './trust-writing.ts'

/** trust §5.1: in the directory of the user keyring. */
export const MEMORY_FILE = 'seen'

/**
 * trust §5.1: what was seen so far; nothing where there is no file yet.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE
 */
export function readMemory(place: KeyringPlace): Memory {
  return isTrustDirectory(place.path, place.keyring, place.owners) ? readFile(place) : []
}

/**
 * trust §5.1: changes the memory; `change` gets what the file holds now and may refuse it by throwing.
 * @throws TrustError as `readMemory`, and TRUST_FILE_WRITE
 */
export async function changeMemory(place: KeyringPlace, change: (memory: Memory) => Memory): Promise<void> {
  await changeTrust(place, () => {
    const before = readFile(place)
    const after = change(before)
    if (after !== before) writeTrustFile(join(place.path, MEMORY_FILE), formatMemory(after), 0o600)
  })
}

function readFile({ path, owners }: KeyringPlace): Memory {
  const file = join(path, MEMORY_FILE)
  const bytes = readTrustFile(file, owners, MAX_MEMORY_FILE)
  return bytes === undefined ? [] : parseMemory(bytes, file)
}
