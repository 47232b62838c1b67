import { readPublicKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import type { PackageFile } from '../package/package-file.ts'
import { CliError } from './cli-error.ts'

/**
 * Holds a package to the key that the user expects: a public key file, its 64 hex digits, or a key id of 16, which tells keys apart
 * but can be forged with enough work.
 * @throws CliError KEY_UNEXPECTED; CryptoError KEY_FILE, KEY_FORMAT, KEY_WEAK
 */
export function expectKey(pkg: PackageFile, pin: string): void {
  const { publicKey } = pkg.index
  const hex = Buffer.from(publicKey).toString('hex')
  const digits = pin.toLowerCase()
  if (/^[0-9a-f]{16}$/.test(digits)) expectEqual(pkg, keyId(publicKey) === digits, digits)
  else if (/^[0-9a-f]{64}$/.test(digits)) expectEqual(pkg, hex === digits, `the key ${digits}`)
  else {
    const expected = readPublicKeyFile(pin)
    expectEqual(pkg, Buffer.from(expected).toString('hex') === hex, `${keyId(expected)} as in ${pin}`)
  }
}

function expectEqual(pkg: PackageFile, isEqual: boolean, want: string): void {
  if (isEqual) return
  const got = keyId(pkg.index.publicKey)
  const message = `${pkg.path}: signed by key ${got}, expected ${want}`
  const hint = 'somebody else than you expect signed this file: do not run it before you know who'
  throw new CliError('KEY_UNEXPECTED', message, { file: pkg.path, field: 'public key', got, want }, { hint })
}
