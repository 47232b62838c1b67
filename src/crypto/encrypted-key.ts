import type { KeyObject } from 'node:crypto'
import { CryptoError } from './crypto-error.ts'
import { PKCS8_PREFIX } from './ed25519.ts'

/** Loaded at its first use. */
const nodeCrypto = () => process.getBuiltinModule('node:crypto')

/** RFC 7468 §11. */
export const ENCRYPTED_LABEL = 'ENCRYPTED PRIVATE KEY'

/**
 * The most that OpenSSL reads without being told otherwise is N = 2^14 with r = 8: it refuses more than 32 MiB. p = 5 makes each guess
 * as dear as N = 2^17 would; node:crypto itself writes PBKDF2 with 2048 rounds, which a graphics card tries by the million.
 */
const SCRYPT = { N: 16384, r: 8, p: 5 }
const SALT_SIZE = 16
const IV_SIZE = 16

/**
 * RFC 5958 §3 with RFC 8018 §6.2: PBES2, its parts in the order of the file. All lengths are known, so that the encoding around the
 * salt, the initialisation vector and the ciphertext is constant.
 */
const BEFORE_SALT = Buffer.from(
  // EncryptedPrivateKeyInfo, PBES2 (RFC 8018 §A.4), scrypt (RFC 7914 §7.1)
  '30819b305706092a864886f70d01050d304a302906092b06010401da47040b301c0410',
  'hex',
)
/** N, r, p; aes256-CBC (RFC 8018 §B.2.5). */
const BEFORE_IV = Buffer.from('02024000020108020105301d060960864801650304012a0410', 'hex')
const BEFORE_CIPHERTEXT = Buffer.from('0440', 'hex')

/** RFC 8018 §6.2: the DER of an Ed25519 key under a passphrase, which OpenSSL reads too. */
export function encryptKey(seed: Uint8Array, passphrase: string): Uint8Array<ArrayBuffer> {
  const { createCipheriv, randomBytes, scryptSync } = nodeCrypto()
  const [salt, iv] = [randomBytes(SALT_SIZE), randomBytes(IV_SIZE)]
  const cipher = createCipheriv('aes-256-cbc', scryptSync(passphrase, salt, 32, SCRYPT), iv)
  const ciphertext = [cipher.update(Buffer.concat([PKCS8_PREFIX, seed])), cipher.final()]
  return new Uint8Array(Buffer.concat([BEFORE_SALT, salt, BEFORE_IV, iv, BEFORE_CIPHERTEXT, ...ciphertext]))
}

/**
 * RFC 8018 §6: the seed in an encrypted key, whichever scheme OpenSSL knows; ours, and what `openssl pkcs8 -topk8` and `openssl genpkey`
 * write (scrypt and PBKDF2). Nothing tells a wrong passphrase from damaged bytes: the scheme has no checksum.
 * @throws CryptoError KEY_PASSPHRASE, KEY_FORMAT
 */
export function decryptKey(der: Uint8Array, passphrase: string, where: string): Uint8Array<ArrayBuffer> {
  const key = decrypted(der, passphrase, where)
  if (key.asymmetricKeyType !== 'ed25519') {
    const got = key.asymmetricKeyType ?? 'of no known kind'
    const message = `${where}: the encrypted key is ${got}, expected ed25519 (spec §5.7)`
    throw new CryptoError('KEY_FORMAT', message, { file: where, got, want: 'ed25519' })
  }
  return new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length))
}

function decrypted(der: Uint8Array, passphrase: string, where: string): KeyObject {
  try {
    return nodeCrypto().createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8', passphrase })
  } catch (cause) {
    const message = `${where}: the passphrase does not open the key, or the file is damaged (spec §5.7)`
    const hint = 'where the passphrase is right: only PKCS#8 under PBES2 is read, as `openssl pkcs8 -topk8` writes it'
    throw new CryptoError('KEY_PASSPHRASE', message, { file: where }, { cause, hint })
  }
}
