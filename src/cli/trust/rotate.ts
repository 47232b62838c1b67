import { statSync } from 'node:fs'
import { openSigningKey } from '../../builders/signing-key.ts'
import { keyId } from '../../crypto/key-id.ts'
import { isSameKey } from '../../trust/base64.ts'
import { readKeyArgument } from '../../trust/key-argument.ts'
import { parseRotations, signRotation } from '../../trust/rotation.ts'
import { writeTrustFile } from '../../trust/trust-writing.ts'
import { CliError } from '../cli-error.ts'
import { namedKey, SIGNING_FLAGS } from '../signing-flags.ts'
import { readGiven, STATEMENTS } from '../trust-wishes.ts'
import { plainText } from '../ui/plain-text.ts'
import { defineVerb } from '../verb.ts'
import { namePatterns } from './chosen-keyring.ts'

export const trustRotate = defineVerb({
  name: 'trust rotate',
  summary: 'say with an old key which new one takes its place',
  description:
    'Prints a statement, or writes it to a file. `flavor pack --rotation FILE` puts it into the packages that the new key signs, and those who remember the old key (--trust-policy tofu) accept the new one. Pins are not moved by it: whoever pinned the old key decides, and moves them with `flavor trust follow`. NEW_KEY is a public key.',
  arguments: {
    NEW_KEY: { description: 'the new public key: a file, a key line, or 64 hex digits', completion: 'file' },
  },
  flags: {
    ...SIGNING_FLAGS,
    name: {
      type: 'string',
      placeholder: 'NAME',
      description: "packages that it is for, such as httpie or 'acme-*'; required",
      repeatable: true,
    },
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      description: 'the file; without it stdout',
      completion: 'file',
    },
  },
  examples: [
    {
      command:
        'flavor trust rotate new/flavor-public.key --private-key old/flavor-private.key --name myapp -o myapp.rotation',
      description: 'then flavor pack --private-key new/flavor-private.key --rotation myapp.rotation',
    },
  ],
  exits: [3],
  json: {
    type: 'always "trust-rotate"',
    statement: 'the line',
    old_key_id: 'key id of the old key',
    new_key_id: 'key id of the new key',
    'names[]': 'patterns of the names of packages',
    output: 'the file, or null',
  },
  async run({ args, options, io }) {
    const choice = namedKey('trust rotate', options, io)
    if (choice === undefined) throw missing('--private-key', 'the file of the old private key, or --key-command')
    const names = namePatterns(options.name)
    if (names.length === 0) throw missing('--name', 'the packages that it is for')
    const [newKey, ...more] = readKeyArgument(args.NEW_KEY)
    if (newKey === undefined || more.length > 0)
      throw notOne(args.NEW_KEY, more.length + (newKey === undefined ? 0 : 1))
    if (options.output !== undefined) refuseOthers(options.output)
    const { key: oldKey } = await openSigningKey(choice, io.environment)
    if (isSameKey(oldKey.publicKey, newKey.publicKey)) throw same(args.NEW_KEY)
    const statement = await signRotation(names, oldKey, newKey.publicKey)
    if (options.output !== undefined) writeTrustFile(options.output, `${statement}\n`, 0o644)
    const [from, to] = [keyId(oldKey.publicKey), keyId(newKey.publicKey)]
    const object = {
      type: 'trust-rotate',
      statement,
      old_key_id: from,
      new_key_id: to,
      names,
      output: options.output ?? null,
    }
    io.answer(object, () => (options.output === undefined ? `${statement}\n` : ''))
    io.note(`for ${plainText(names.join(', '))}, ${to} takes the place of ${from}`)
    return 0
  },
})

/** A former file of statements may be replaced, but nothing else: names of keys are soon given to the wrong flag. */
function refuseOthers(output: string): void {
  // Anything else is refused where it is written; a pipe would be waited for.
  if (statSync(output, { throwIfNoEntry: false })?.isFile() !== true) return
  parseRotations(readGiven(output, STATEMENTS), output)
}

function missing(flag: string, want: string): CliError {
  const hint = { hint: '`flavor trust rotate --help` lists its flags and arguments' }
  return new CliError('ARGUMENT_MISSING', `trust rotate: ${flag} is missing, expected ${want}`, { field: flag }, hint)
}

function notOne(given: string, count: number): CliError {
  const message = `${given}: holds ${count} keys, expected one`
  return new CliError('ARGUMENT_VALUE', message, { field: 'NEW_KEY', got: `${count}`, want: '1' })
}

function same(given: string): CliError {
  const message = `${given}: is the public half of the old key, expected another key`
  return new CliError(
    'ARGUMENT_VALUE',
    message,
    { field: 'NEW_KEY' },
    { hint: '`flavor keygen --out-dir DIR` makes one' },
  )
}
