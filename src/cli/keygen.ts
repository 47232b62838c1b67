import { statSync } from 'node:fs'
import { join } from 'node:path'
import { CryptoError } from '../crypto/crypto-error.ts'
import { writeKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import {
  encodeEncryptedKeyPem,
  encodePrivateKeyPem,
  encodePublicKeyPem,
  generateKeyPair,
  keyPairFromSeedText,
} from '../crypto/keys.ts'
import { readSecretLine } from '../crypto/secret-source.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { CliError } from './cli-error.ts'
import { conflict, namedSource } from './signing-flags.ts'
import type { Io } from './ui/io.ts'
import { plainText } from './ui/plain-text.ts'
import { formatPairs } from './ui/table.ts'
import { defineVerb } from './verb.ts'

/** `--passphrase` alone. */
const ASK = 'ask'

export const keygen = defineVerb({
  name: 'keygen',
  summary: 'make an Ed25519 key pair for signing',
  description:
    'Writes flavor-private.key (PKCS#8 PEM, mode 0600) and flavor-public.key (SubjectPublicKeyInfo PEM). Whoever has the private one can sign in your name: keep it out of the repository and of the package. With --passphrase whoever has it needs the passphrase too; openssl reads such a key.',
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
    passphrase: {
      type: 'string',
      placeholder: '[SOURCE]',
      implied: ASK,
      description: 'encrypt the private key; you are asked twice, unless the passphrase is in env:NAME or file:PATH',
    },
    seed: {
      type: 'string',
      placeholder: 'TEXT',
      description: 'derive the key from a text; for tests only, as weak as the text',
    },
  },
  examples: [
    { command: 'flavor keygen', description: 'keys/flavor-private.key and keys/flavor-public.key' },
    { command: 'flavor keygen --out-dir ~/.signing --passphrase', description: 'elsewhere, and encrypted' },
  ],
  json: {
    type: 'always "keygen"',
    private_key: 'path of the private key',
    public_key: 'path of the public key',
    key_id: 'first 16 hex digits of the SHA-256 of the raw public key',
    encrypted: 'true where a passphrase opens the private key',
    insecure: 'true where the key was derived with --seed',
  },
  async run({ options, io }) {
    const directory = options['out-dir']
    const privateKey = join(directory, 'flavor-private.key')
    const publicKey = join(directory, 'flavor-public.key')
    if (!options.force) for (const path of [privateKey, publicKey]) refuseExisting(path)
    if (options.seed !== undefined && options.passphrase !== undefined)
      throw conflict('keygen', '--seed', '--passphrase')
    const passphrase = options.passphrase === undefined ? undefined : await newPassphrase(options.passphrase, io)
    const key = options.seed === undefined ? generateKeyPair() : keyPairFromSeedText(options.seed)
    ensureDirectory(directory, 0o700)
    const pem = passphrase === undefined ? encodePrivateKeyPem(key) : encodeEncryptedKeyPem(key, passphrase)
    writeKeyFile(privateKey, pem, { mode: 0o600, replace: options.force })
    writeKeyFile(publicKey, encodePublicKeyPem(key.publicKey), { mode: 0o644, replace: options.force })
    if (options.seed !== undefined)
      io.warn('this key was derived from --seed: anyone who guesses the text can sign with it')
    const id = keyId(key.publicKey)
    const insecure = options.seed !== undefined
    const encrypted = passphrase !== undefined
    const answer = { type: 'keygen', private_key: privateKey, public_key: publicKey, key_id: id, encrypted, insecure }
    io.report(answer, () =>
      formatPairs([
        ['private key', `${plainText(privateKey)}${encrypted ? ', encrypted' : insecure ? ', for tests only' : ''}`],
        ['public key', plainText(publicKey)],
        ['key id', id],
      ]),
    )
    return 0
  },
})

/** @throws CryptoError KEY_PASSPHRASE, SECRET_MISSING; CliError FLAG_VALUE, CONFIRMATION */
async function newPassphrase(source: string, io: Io): Promise<string> {
  if (source !== ASK) return readSecretLine(namedSource(source), io.environment, 'passphrase')
  const first = await io.askSecret('passphrase for the new key')
  if (first === undefined) {
    const hint = 'pass --passphrase env:NAME or --passphrase file:PATH'
    throw new CliError('CONFIRMATION', 'the passphrase: nobody can be asked, expected a terminal', {}, { hint })
  }
  if (first === '') throw new CryptoError('KEY_PASSPHRASE', 'the passphrase is empty, expected one', {})
  const second = await io.askSecret('the same passphrase again')
  if (second === first) return first
  const hint = { hint: 'nothing was written: try again' }
  throw new CryptoError('KEY_PASSPHRASE', 'the two passphrases differ, expected the same twice', {}, hint)
}

function refuseExisting(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return
  const hint = 'packages that it signed stay valid; --force replaces it, --out-dir DIR keeps it'
  throw new CryptoError('KEY_FILE_EXISTS', `${path}: the file exists, expected none`, { file: path }, { hint })
}
