import { closeSync, fstatSync, openSync } from 'node:fs'
import { keyId } from '../../crypto/key-id.ts'
import { TRAILER_SIZE } from '../../format/trailer.ts'
import { readAt } from '../../package/file-reading.ts'
import { openPackage } from '../../package/package-file.ts'
import { isSameKey } from '../../trust/base64.ts'
import { type GivenKey, readKeyArgument } from '../../trust/key-argument.ts'
import { formatKeyLine } from '../../trust/key-line.ts'
import { listKeyring } from '../../trust/keyring-changes.ts'
import { keyringPlaces } from '../../trust/keyring-places.ts'
import { escapeName } from '../../trust/package-names.ts'
import { thisMachine } from '../../workenv/machine.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatPairs } from '../ui/table.ts'
import { defineVerb } from '../verb.ts'
import { namePatterns } from './chosen-keyring.ts'

export const trustShow = defineVerb({
  name: 'trust show',
  summary: 'show a key as a line to hand on, and where it is pinned',
  description:
    'KEY is a public key file, a key line, a file of such lines, 64 hex digits, or a package: then the key that signed it, which came with it and proves nothing yet. The line is what `flavor trust add` and [tool.flavor.trust] take; it needs the names of the packages, from --name where KEY has none.',
  arguments: { KEY: { description: 'a key, or a package', completion: 'file' } },
  flags: {
    name: {
      type: 'string',
      placeholder: 'NAME',
      description: 'packages that the line is for',
      repeatable: true,
    },
    comment: { type: 'string', placeholder: 'TEXT', description: 'whose key it is' },
  },
  examples: [
    {
      command: 'flavor trust show keys/flavor-public.key --name myapp --comment Me',
      description: 'the line for your README',
    },
    { command: 'flavor trust show app.psp', description: 'who signed this?' },
  ],
  exits: [3],
  json: {
    type: 'always "trust-show"',
    'keys[].key_id': 'first 16 hex digits of the SHA-256 of the public key',
    'keys[].public_key': 'the public key in hex digits',
    'keys[].line': 'the key line; null where no name is known',
    'keys[].pinned_by[]': 'keyrings that have the key for any name: system, user',
  },
  async run({ args, options, io }) {
    const named = namePatterns(options.name)
    const places = keyringPlaces(thisMachine(io.environment))
    const pinned = places.flatMap(place => listKeyring(place).map(line => ({ ...line, keyring: place.keyring })))
    const keys = givenKeys(args.KEY).map(({ publicKey, names = [], comment }) => {
      const line = { publicKey, names: named.length > 0 ? named : names, comment: options.comment ?? comment }
      const pinnedBy = new Set(
        pinned.filter(known => isSameKey(known.publicKey, publicKey)).map(({ keyring }) => keyring),
      )
      return {
        key_id: keyId(publicKey),
        public_key: Buffer.from(publicKey).toString('hex'),
        // A line for all names would keep whoever takes it from everything else: nobody should hand it on by chance.
        line: line.names.length === 0 ? null : formatKeyLine(line),
        pinned_by: [...pinnedBy],
      }
    })
    io.answer({ type: 'trust-show', keys }, () =>
      keys
        .map(
          key =>
            `${key.line === null ? '' : `${plainText(key.line)}\n`}${formatPairs(
              [
                ['key id', key.key_id],
                ['hex', key.public_key],
                ['pinned', key.pinned_by.length === 0 ? 'no' : `by the ${key.pinned_by.join(' and the ')} keyring`],
              ],
              '  ',
            )}`,
        )
        .join(''),
    )
    return 0
  },
})

function givenKeys(argument: string): GivenKey[] {
  if (!isPackage(argument)) return readKeyArgument(argument)
  const pkg = openPackage(argument)
  try {
    const { name, version } = pkg.metadata.package
    return [{ publicKey: pkg.index.publicKey, names: [escapeName(name)], comment: `signed ${name} ${version}` }]
  } finally {
    pkg.close()
  }
}

/** Keys are small, and packages end with the magic of their trailer (spec §2.1). */
export function isPackage(path: string): boolean {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return false
  }
  try {
    const { size } = fstatSync(fd)
    return size >= TRAILER_SIZE && Buffer.from(readAt(fd, path, size - 4, 4)).toString('hex') === 'f09faa84'
  } finally {
    closeSync(fd)
  }
}
