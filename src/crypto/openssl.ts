/** Two functions of the OpenSSL that is part of Node, without node:crypto around it. */
export interface Openssl {
  sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer>
  /** RFC 8032 §5.1.7 as OpenSSL does it; undefined where it could not even be asked. */
  verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean | undefined
}

/** OpenSSL's number for Ed25519 (NID_ED25519). */
const ED25519 = 1087
const SHA256_SIZE = 32
/** SHA-256 of no bytes. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

let direct: Openssl | undefined

/**
 * From now on SHA-256 and Ed25519 go to OpenSSL through node:ffi: loading node:crypto takes 5 ms of every start of a launcher, which
 * needs a hash and a signature of a few kilobytes. Where that is not possible, and for everything else, node:crypto stays.
 */
export function callOpensslDirectly(): void {
  direct = openOpenssl()
}

/** Undefined unless asked for, and where Node cannot do it. */
export function directOpenssl(): Openssl | undefined {
  return direct
}

function openOpenssl(): Openssl | undefined {
  try {
    const ffi = process.getBuiltinModule('node:ffi')
    // null is this process itself, whose symbols are there for addons.
    const library = new ffi.DynamicLibrary(null)
    const digest = library.getFunction('SHA256', { arguments: ['buffer', 'uint64', 'buffer'], return: 'pointer' })
    const openssl: Openssl = {
      sha256: bytes => {
        const result = new Uint8Array(SHA256_SIZE)
        digest(bytes, BigInt(bytes.length), result)
        return result
      },
      verifyEd25519: (...args) => verifyWith(library, ...args),
    }
    // What answers wrongly to the simplest question is asked nothing else.
    return Buffer.from(openssl.sha256(new Uint8Array())).toString('hex') === EMPTY_SHA256 ? openssl : undefined
  } catch {
    return undefined
  }
}

type Library = InstanceType<ReturnType<typeof process.getBuiltinModule<'node:ffi'>>['DynamicLibrary']>

function verifyWith(
  library: Library,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean | undefined {
  const evp = verifyFunctions(library)
  const key = evp.EVP_PKEY_new_raw_public_key(ED25519, 0n, publicKey, BigInt(publicKey.length))
  const context = evp.EVP_MD_CTX_new()
  try {
    if (key === 0n || context === 0n || evp.EVP_DigestVerifyInit(context, 0n, 0n, 0n, key) !== 1) return undefined
    const [signatureLength, messageLength] = [BigInt(signature.length), BigInt(message.length)]
    return evp.EVP_DigestVerify(context, signature, signatureLength, message, messageLength) === 1
  } finally {
    // Both take a null pointer.
    evp.EVP_MD_CTX_free(context)
    evp.EVP_PKEY_free(key)
    // A refusal leaves errors behind, which node:crypto would take for those of its next call.
    evp.ERR_clear_error()
  }
}

function verifyFunctions(library: Library) {
  return library.getFunctions({
    EVP_PKEY_new_raw_public_key: { arguments: ['int32', 'pointer', 'buffer', 'uint64'], return: 'pointer' },
    ERR_clear_error: { arguments: [], return: 'void' },
    EVP_PKEY_free: { arguments: ['pointer'], return: 'void' },
    EVP_MD_CTX_new: { arguments: [], return: 'pointer' },
    EVP_MD_CTX_free: { arguments: ['pointer'], return: 'void' },
    EVP_DigestVerifyInit: { arguments: ['pointer', 'pointer', 'pointer', 'pointer', 'pointer'], return: 'int32' },
    EVP_DigestVerify: { arguments: ['pointer', 'buffer', 'uint64', 'buffer', 'uint64'], return: 'int32' },
  })
}
