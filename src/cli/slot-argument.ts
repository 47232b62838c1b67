import { nearest } from '../manifest/did-you-mean.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { CliError } from './cli-error.ts'

/**
 * The slot that a user names by its position or its id. A position wins, so that a script that counts is not led astray by an id.
 * @throws CliError ARGUMENT_VALUE
 */
export function slotArgument(pkg: PackageFile, text: string): PackageSlot {
  const index = /^[0-9]{1,9}$/.test(text) ? Number(text) : -1
  const slot = pkg.slots[index] ?? pkg.slots.find(candidate => candidate.id === text)
  if (slot === undefined) throw unknownSlot(pkg, text)
  if (slot.isSelf) {
    const message = `slot ${slot.index} (${slot.id}): is the package itself, expected a slot with bytes of its own (spec §3.5)`
    throw new CliError('ARGUMENT_VALUE', message, { slot: `${slot.index}`, got: '$SELF' })
  }
  return slot
}

function unknownSlot(pkg: PackageFile, text: string): CliError {
  const ids = pkg.slots.map(slot => slot.id)
  const want =
    pkg.slots.length === 0 ? 'a package with slots' : `0 to ${pkg.slots.length - 1}, or one of ${ids.join(', ')}`
  const guess = nearest(text, ids)
  const hint = guess === undefined ? `\`flavor inspect ${pkg.path}\` lists the slots` : `did you mean ${guess}?`
  const message = `${pkg.path}: there is no slot ${JSON.stringify(text)}, expected ${want}`
  return new CliError('ARGUMENT_VALUE', message, { file: pkg.path, got: text, want }, { hint })
}
