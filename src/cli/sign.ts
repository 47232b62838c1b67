import { statSync } from 'node:fs'
import { openSigningKey } from '../builders/signing-key.ts'
import { keyId } from '../crypto/key-id.ts'
import { openPackage } from '../package/package-file.ts'
import { verifyPackage } from '../package/verify.ts'
import { isSameKey } from '../trust/base64.ts'
import { type DetachedSignature, formatDetached, parseDetached, signDetached } from '../trust/detached-signature.ts'
import { writeTrustFile } from '../trust/trust-writing.ts'
import { CliError } from './cli-error.ts'
import { namedKey, SIGNING_FLAGS } from './signing-flags.ts'
import { hashOfFile, readGiven, SIGNATURES } from './trust-wishes.ts'
import { plainText } from './ui/plain-text.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const sign = defineVerb({
  name: 'sign',
  summary: 'sign a finished package beside it, as one of several people',
  description:
    'Checks the whole package, and writes a signature over all of its bytes into a file of its own; the package stays as it is. Signatures of others that are in the file already stay too. `flavor verify --signature FILE.sig --threshold K` asks for K of them.',
  arguments: { FILE: { description: 'the package', completion: 'file' } },
  flags: {
    ...SIGNING_FLAGS,
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      description: 'the file of signatures; without it the package and .sig',
      completion: 'file',
    },
    comment: { type: 'string', placeholder: 'TEXT', description: 'who signs' },
  },
  examples: [{ command: 'flavor sign app.psp --private-key keys/flavor-private.key', description: 'app.psp.sig' }],
  exits: [3],
  json: {
    type: 'always "sign"',
    file: 'the path that was given',
    output: 'the file of signatures',
    sha256: 'SHA-256 of the package',
    key_id: 'the key that signed now',
    'signers[]': 'key ids of all signatures in the file',
  },
  async run({ args, options, io }) {
    const choice = namedKey('sign', options, io)
    if (choice === undefined) {
      const hint = { hint: '`flavor keygen` makes a key' }
      throw new CliError(
        'ARGUMENT_MISSING',
        'sign: --private-key is missing, expected the file of a key, or --key-command',
        { field: '--private-key' },
        hint,
      )
    }
    const { key } = await openSigningKey(choice, io.environment)
    const output = options.output ?? `${args.FILE}.sig`
    const pkg = openPackage(args.FILE)
    try {
      await verifyPackage(pkg, { onProgress: io.progress().onProgress })
      const hash = hashOfFile(pkg)
      const others = presentSignatures(output, hash).filter(other => !isSameKey(other.publicKey, key.publicKey))
      const signatures = [...others, await signDetached(hash, key, options.comment)]
      writeTrustFile(output, signatures.map(signature => `${formatDetached(signature)}\n`).join(''), 0o644)
      const signers = signatures.map(({ publicKey }) => keyId(publicKey))
      const id = keyId(key.publicKey)
      const answer = { type: 'sign', file: args.FILE, output, sha256: hash, key_id: id, signers }
      io.report(answer, () =>
        formatPairs([
          ['signed', `${plainText(args.FILE)}, by key ${id}`],
          ['signatures', `${plainText(output)}: ${signers.join(', ')}`],
        ]),
      )
      return 0
    } finally {
      pkg.close()
    }
  },
})

/** Those of other people, which fit; a file of signatures of something else is not written over. */
function presentSignatures(path: string, hash: string): DetachedSignature[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return []
  return parseDetached(readGiven(path, SIGNATURES), path, hash)
}
