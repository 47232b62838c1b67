import { keyId } from '../../crypto/key-id.ts'
import { readKeyArgument } from '../../trust/key-argument.ts'
import { addKey } from '../../trust/keyring-changes.ts'
import { CliError } from '../cli-error.ts'
import { plainText } from '../ui/plain-text.ts'
import { defineVerb } from '../verb.ts'
import { chosenKeyring, namePatterns } from './chosen-keyring.ts'

export const trustAdd = defineVerb({
  name: 'trust add',
  summary: 'pin a key: packages of these names must be signed by it',
  description:
    'KEY is a line that `flavor trust show` prints, a file of such lines, a public key file, or 64 hex digits. Get it from its owner by another way than the package. Several keys may be pinned for one name; one of them must have signed.',
  arguments: { KEY: { description: 'a key line, a file, or 64 hex digits', completion: 'file' } },
  flags: {
    name: {
      type: 'string',
      placeholder: 'NAME',
      description: 'packages that it is for, such as httpie or "acme-*"; without it those of the key line',
      repeatable: true,
    },
    comment: { type: 'string', placeholder: 'TEXT', description: 'whose key it is' },
    system: { type: 'boolean', description: 'for everyone on this machine; needs root' },
  },
  examples: [
    { command: 'flavor trust add alice.pub --name httpie --comment Alice', description: 'nobody else signs httpie' },
    { command: "flavor trust add --system corp.pub --name '*'", description: 'nothing else runs on this machine' },
  ],
  exits: [3],
  json: {
    type: 'always "trust-add"',
    keyring: 'system or user',
    'keys[].key_id': 'first 16 hex digits of the SHA-256 of the public key',
    'keys[].names[]': 'patterns of the names of packages that it may sign',
    'files[]': 'files that were written',
  },
  async run({ args, options, io }) {
    const place = chosenKeyring(io, options.system)
    const named = namePatterns(options.name)
    const lines = readKeyArgument(args.KEY).map(({ publicKey, names = [], comment }) => {
      return { publicKey, names: named.length > 0 ? named : names, comment: options.comment ?? comment }
    })
    if (lines.some(({ names }) => names.length === 0)) throw nameless(args.KEY)
    const files = new Set<string>()
    for (const line of lines) for (const file of await addKey(place, line)) files.add(file)
    const keys = lines.map(({ publicKey, names }) => ({ key_id: keyId(publicKey), names }))
    io.report({ type: 'trust-add', keyring: place.keyring, keys, files: [...files] }, () =>
      keys.map(({ key_id, names }) => `pinned ${key_id} for ${plainText(names.join(', '))}\n`).join(''),
    )
    return 0
  },
})

function nameless(key: string): CliError {
  const message = `${key}: says nothing of names, expected --name with the packages that the key is for`
  const hint = "--name httpie for one, --name 'acme-*' for all that begin so, --name '*' for every package"
  return new CliError('ARGUMENT_MISSING', message, { field: '--name' }, { hint })
}
