import type { KeyChoice } from '../builders/signing-key.ts'
import { encryptedKey } from '../crypto/keys.ts'
import type { Passphrase } from '../crypto/private-key.ts'
import { parseSecretSource, readSecretLine, type SecretSource } from '../crypto/secret-source.ts'
import { CliError } from './cli-error.ts'
import type { Io } from './ui/io.ts'

/** The key of a verb that signs. No flag holds a secret: whoever may list processes can read them. */
export const SIGNING_FLAGS = {
  'private-key': {
    type: 'string',
    placeholder: 'KEY',
    description: 'the key that signs: a file (PEM or raw, mode 0600), or env:NAME for a variable that holds it',
    completion: 'file',
  },
  passphrase: {
    type: 'string',
    placeholder: 'SOURCE',
    description: 'where the passphrase of an encrypted key is: env:NAME or file:PATH; without it you are asked',
  },
  'key-command': {
    type: 'string',
    placeholder: 'COMMAND',
    description: 'another program signs: bytes on its stdin, the signature on its stdout; needs --public-key',
  },
  'public-key': {
    type: 'string',
    placeholder: 'FILE',
    description: 'the other half of the key, compared as a guard',
    completion: 'file',
  },
} as const

export interface SigningOptions {
  readonly 'private-key': string | undefined
  readonly passphrase: string | undefined
  readonly 'key-command': string | undefined
  readonly 'public-key': string | undefined
}

/**
 * The key that the flags name; undefined where they name none.
 * @throws CliError FLAG_CONFLICT, FLAG_VALUE, ARGUMENT_MISSING
 */
export function namedKey(verb: string, options: SigningOptions, io: Io): KeyChoice | undefined {
  const { 'private-key': key, 'key-command': command, 'public-key': publicKey } = options
  const pair = publicKey === undefined ? {} : { publicKey }
  if (command !== undefined) {
    for (const flag of ['private-key', 'passphrase'] as const)
      if (options[flag] !== undefined) throw conflict(verb, '--key-command', `--${flag}`)
    if (publicKey === undefined) throw publicKeyMissing(verb)
    return { kind: 'command', command, publicKey }
  }
  if (key === undefined) return undefined
  const passphrase = passphraseOf(options.passphrase, io)
  const name = variableOf(key)
  return name === undefined
    ? { kind: 'file', path: key, passphrase, ...pair }
    : { kind: 'env', name, passphrase, ...pair }
}

/** Variables that the flags name: nothing else than this process should see them. */
export function secretVariables(options: SigningOptions): string[] {
  return [options['private-key'], options.passphrase].flatMap(text => variableOf(text ?? '') ?? [])
}

/** The passphrase of the flag's source; without one the user is asked. */
export function passphraseOf(source: string | undefined, io: Io): Passphrase {
  if (source !== undefined) {
    const parsed = namedSource(source)
    return { isNamed: true, read: async () => readSecretLine(parsed, io.environment, 'passphrase') }
  }
  return {
    isNamed: false,
    async read(where) {
      const answer = await io.askSecret(`passphrase of ${where}`)
      if (answer === undefined) throw encryptedKey(where)
      return answer
    },
  }
}

/** @throws CliError FLAG_VALUE, which does not quote the value: it may be the passphrase itself */
export function namedSource(text: string): SecretSource {
  const source = parseSecretSource(text)
  if (source !== undefined) return source
  const want = 'env:NAME or file:PATH'
  const message = `--passphrase has another form, expected ${want}`
  const hint = 'if that was the passphrase, change it: others can read what stands in a command line'
  throw new CliError('FLAG_VALUE', message, { flag: '--passphrase', want }, { hint })
}

export function conflict(verb: string, one: string, other: string): CliError {
  const hint = `\`flavor ${verb} --help\` lists the flags`
  return new CliError('FLAG_CONFLICT', `${one} and ${other} exclude each other`, { flag: one, got: other }, { hint })
}

function variableOf(text: string): string | undefined {
  const source = parseSecretSource(text)
  return source?.kind === 'env' ? source.name : undefined
}

function publicKeyMissing(verb: string): CliError {
  const message = `${verb}: --public-key is missing, expected the public half of the key that --key-command signs with`
  const hint = 'its answer is checked against this key; docs/signing.md tells how to get it from the signer'
  return new CliError('ARGUMENT_MISSING', message, { field: '--public-key' }, { hint })
}
