import { statSync } from 'node:fs'
import { join } from 'node:path'
import { CryptoError } from '../crypto/crypto-error.ts'
import { writeKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import { encodePrivateKeyPem, encodePublicKeyPem, generateKeyPair, keyPairFromSeedText } from '../crypto/keys.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { plainText } from './ui/plain-text.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

export const keygen = defineVerb({
  name: 'keygen',
  summary: 'make an Ed25519 key pair for signing',
  description:
    'Writes flavor-private.key (PKCS#8 PEM, mode 0600) and flavor-public.key (SubjectPublicKeyInfo PEM). Whoever has the private one can sign in your name: keep it out of the repository and of the package.',
  arguments: {},
  flags: {
    'out-dir': {
      type: 'string',
      placeholder: 'DIR',
      default: 'keys',
      description: 'where the two files go; made if missing',
      completion: 'directory',
    },
    force: { type: 'boolean', short: 'f', description: 'replace an existing pair' },
    seed: {
      type: 'string',
      placeholder: 'TEXT',
      description: 'derive the key from a text; for tests only, as weak as the text',
    },
  },
  examples: [
    { command: 'flavor keygen', description: 'keys/flavor-private.key and keys/flavor-public.key' },
    { command: 'flavor keygen --out-dir ~/.signing', description: 'elsewhere' },
  ],
  json: {
    type: 'always "keygen"',
    private_key: 'path of the private key',
    public_key: 'path of the public key',
    key_id: 'first 16 hex digits of the SHA-256 of the raw public key',
    insecure: 'true where the key was derived with --seed',
  },
  async run({ options, io }) {
    const directory = options['out-dir']
    const privateKey = join(directory, 'flavor-private.key')
    const publicKey = join(directory, 'flavor-public.key')
    if (!options.force) for (const path of [privateKey, publicKey]) refuseExisting(path)
    const key = options.seed === undefined ? generateKeyPair() : keyPairFromSeedText(options.seed)
    ensureDirectory(directory, 0o700)
    writeKeyFile(privateKey, encodePrivateKeyPem(key), { mode: 0o600, replace: options.force })
    writeKeyFile(publicKey, encodePublicKeyPem(key.publicKey), { mode: 0o644, replace: options.force })
    if (options.seed !== undefined)
      io.warn('this key was derived from --seed: anyone who guesses the text can sign with it')
    const id = keyId(key.publicKey)
    const insecure = options.seed !== undefined
    const answer = { type: 'keygen', private_key: privateKey, public_key: publicKey, key_id: id, insecure }
    io.report(answer, () =>
      formatPairs([
        ['private key', plainText(privateKey)],
        ['public key', plainText(publicKey)],
        ['key id', id],
      ]),
    )
    return 0
  },
})

function refuseExisting(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return
  const hint = 'packages that it signed stay valid; --force replaces it, --out-dir DIR keeps it'
  throw new CryptoError('KEY_FILE_EXISTS', `${path}: the file exists, expected none`, { file: path }, { hint })
}
