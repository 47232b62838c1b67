import type { Variables } from '../crypto/config-directory.ts'
import { CryptoError } from '../crypto/crypto-error.ts'
import { keyId } from '../crypto/key-id.ts'
import type { ExternalKey } from '../crypto/signer.ts'
import { type FilterResult, filterCommand } from '../tools/filter-command.ts'
import { signatureOf } from './signature-answer.ts'

/** Long enough to touch a token, or for a colleague to agree in another window. Seconds. */
const PATIENCE = 300
/** Far more than any form of 64 bytes; what is longer is no signature. */
const MAX_ANSWER = 16 * 1024

const HINT = 'docs/signing.md says what such a program gets and answers'

/**
 * A key that another program signs with: it gets the message on stdin, the public key in FLAVOR_PUBLIC_KEY (hex) and FLAVOR_KEY_ID, and
 * answers on stdout. `patience` in seconds.
 */
export function commandKey(
  command: string,
  publicKey: Uint8Array,
  environment: Variables,
  patience = PATIENCE,
): ExternalKey {
  const where = '--key-command'
  const names = { FLAVOR_PUBLIC_KEY: Buffer.from(publicKey).toString('hex'), FLAVOR_KEY_ID: keyId(publicKey) }
  return {
    publicKey,
    where,
    async sign(message) {
      const limits = { deadline: AbortSignal.timeout(patience * 1000), maxOutput: MAX_ANSWER }
      const result = await filterCommand(command, {
        ...limits,
        input: message,
        environment: { ...environment, ...names },
      })
      return answered(result, where, patience)
    },
  }
}

/** @throws CryptoError KEY_COMMAND */
function answered(result: FilterResult, where: string, patience: number): Uint8Array {
  if (result.kind === 'late') {
    const message = `${where}: did not answer within ${patience} s, and was ended, expected a signature`
    throw failure(message, { got: 'nothing', want: 'a signature' })
  }
  if (result.kind === 'failed') throw failure(`${where}: ${result.reason}, expected 0 and a signature`, { want: '0' })
  const signature = signatureOf(result.output)
  if (signature !== undefined) return signature
  const got = `${result.output.length} bytes`
  const want = '64 raw bytes, 128 hex digits or base64 of 64 bytes'
  throw failure(`${where}: answered with ${got}, expected a signature: ${want}`, { got, want })
}

function failure(message: string, detail: Readonly<Record<string, string>>): CryptoError {
  return new CryptoError('KEY_COMMAND', message, { field: '--key-command', ...detail }, { hint: HINT })
}
