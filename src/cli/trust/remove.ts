import { keyId } from '../../crypto/key-id.ts'
import { namedKeys } from '../../trust/key-argument.ts'
import { listKeyring, removeKeys } from '../../trust/keyring-changes.ts'
import type { Memory } from '../../trust/memory.ts'
import { changeMemory, readMemory } from '../../trust/memory-file.ts'
import { escapeName } from '../../trust/package-names.ts'
import { CliError } from '../cli-error.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatCount } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { chosenKeyring, fieldsOf, KEY_FIELDS, keyObject, namePatterns } from './chosen-keyring.ts'

export const trustRemove = defineVerb({
  name: 'trust remove',
  summary: 'take a key out of a keyring, and forget what was seen of it',
  description: 'A name without any pinned key may be signed by everybody again, unless the policy is pinned.',
  arguments: { KEY: { description: 'a key id, a key line, a file, or 64 hex digits', completion: 'file' } },
  flags: {
    name: {
      type: 'string',
      placeholder: 'NAME',
      description: 'only lines that are for these names alone',
      repeatable: true,
    },
    system: { type: 'boolean', description: 'from the keyring of everyone on this machine; needs root' },
    yes: { type: 'boolean', short: 'y', description: 'do not ask' },
  },
  examples: [{ command: 'flavor trust remove -y 9cd6f6b4b6a956c1', description: 'Alice has lost her key' }],
  exits: [3],
  json: {
    type: 'always "trust-remove"',
    ...fieldsOf('keys[]', KEY_FIELDS),
    'forgotten[]': 'names of packages whose key is remembered no more',
  },
  async run({ args, options, io }) {
    const place = chosenKeyring(io, options.system)
    const keys = namedKeys(args.KEY)
    const wanted = namePatterns(options.name)
    const isNamed = (names: readonly string[]) => wanted.length === 0 || names.every(name => wanted.includes(name))
    const isMeant = (line: { readonly publicKey: Uint8Array; readonly names: readonly string[] }) =>
      keys.some(key => key.isKey(line.publicKey)) && isNamed(line.names)
    const without = (memory: Memory) => {
      const kept = memory.filter(({ name, publicKey }) => !isMeant({ publicKey, names: [escapeName(name)] }))
      return kept.length === memory.length ? memory : withCurrent(kept)
    }
    const before = options.system ? [] : readMemory(place)
    const forgotten = before.filter(seen => !without(before).some(({ name }) => name === seen.name))
    const lines = listKeyring(place).filter(isMeant)
    if (lines.length === 0 && without(before) === before) throw unknown(args.KEY, place.path)
    const ids = [
      ...new Set(
        [
          ...lines,
          ...before.filter(seen => isMeant({ publicKey: seen.publicKey, names: [escapeName(seen.name)] })),
        ].map(({ publicKey }) => keyId(publicKey)),
      ),
    ]
    const what = `${formatCount(ids.length, 'key')} (${ids.join(', ')})`
    if (!(await io.confirm(`remove ${what} from ${plainText(place.path)}?`, options.yes))) {
      io.note('nothing was removed')
      return 1
    }
    const removed = await removeKeys(place, isMeant)
    if (!options.system && without(before) !== before) await changeMemory(place, without)
    const objects = removed.map(line => keyObject(place.keyring, line))
    io.report(
      { type: 'trust-remove', keys: objects, forgotten: [...new Set(forgotten.map(({ name }) => name))] },
      () => `removed ${what}\n`,
    )
    return 0
  },
})

/** A name whose current key was forgotten counts as new: its former keys go too. */
function withCurrent(memory: Memory): Memory {
  const current = new Set(memory.filter(({ isCurrent }) => isCurrent).map(({ name }) => name))
  return memory.filter(({ name }) => current.has(name))
}

function unknown(key: string, path: string): CliError {
  const message = `${key}: is not in ${path}, expected a key that \`flavor trust list\` shows`
  return new CliError('NOTHING_THERE', message, { got: key }, { hint: '--system looks at the keyring of everyone' })
}
