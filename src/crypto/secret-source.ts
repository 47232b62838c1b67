import type { Variables } from './config-directory.ts'
import { CryptoError } from './crypto-error.ts'
import { readSecretFile } from './key-file.ts'

/** Where a secret lies that no command line may hold: everybody on the machine can read those. */
export type SecretSource =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** `env:NAME` or `file:PATH`; undefined for anything else, which may be the secret itself and must not be quoted. */
export function parseSecretSource(text: string): SecretSource | undefined {
  const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'file') return { kind, path: rest }
  return kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? { kind, name: rest } : undefined
}

/** The source as it was given, for messages. */
export function secretSourceText(source: SecretSource): string {
  return source.kind === 'env' ? `env:${source.name}` : `file:${source.path}`
}

/**
 * A secret that is one line: the value of a variable, or the first line of a file that nobody else may read.
 * @throws CryptoError SECRET_MISSING, KEY_FILE, KEY_FILE_MODE
 */
export function readSecretLine(source: SecretSource, environment: Variables, what: string): string {
  const text = readSecretText(source, environment, what)
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  if (line === '') throw missing(source, what, 'is empty')
  return line
}

/** @throws CryptoError SECRET_MISSING, KEY_FILE, KEY_FILE_MODE */
export function readSecretText(source: SecretSource, environment: Variables, what: string): string {
  if (source.kind === 'file') return Buffer.from(readSecretFile(source.path, what)).toString('utf8')
  const value = environment[source.name]
  if (value === undefined) throw missing(source, what, 'is not set')
  if (value === '') throw missing(source, what, 'is empty')
  return value
}

function missing(source: SecretSource, what: string, problem: string): CryptoError {
  const where = secretSourceText(source)
  const message = `${where}: ${problem}, expected the ${what}`
  const hint =
    source.kind === 'env' ? `export ${source.name}, or name another source` : 'put it into the first line of the file'
  return new CryptoError('SECRET_MISSING', message, { field: where, want: what }, { hint })
}
