import * as v from 'valibot'
import { verifyEd25519 } from '../../crypto/ed25519.ts'
import { keyId } from '../../crypto/key-id.ts'
import { type Signer, signWith } from '../../crypto/signer.ts'
import { OriginError } from './origin-error.ts'

/** Spec §5.8: what an envelope of ours holds. */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json'

const EnvelopeSchema = v.object({
  payloadType: v.literal(STATEMENT_TYPE),
  payload: v.string(),
  signatures: v.strictTuple([v.object({ keyid: v.string(), sig: v.string() })]),
})

/** DSSE 1.0, "PAE": what is signed. The lengths keep type and body apart, whatever they hold. */
export function preAuthenticationEncoding(type: string, body: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `
  return Buffer.concat([Buffer.from(head), body])
}

/**
 * Spec §5.8: a statement in its signed envelope. Ed25519 is deterministic, so the same statement gives the same bytes.
 * @throws CryptoError KEY_COMMAND where another program signs
 */
export async function sealStatement(statement: Uint8Array, key: Signer): Promise<Uint8Array> {
  const signature = await signWith(key, preAuthenticationEncoding(STATEMENT_TYPE, statement))
  const envelope = {
    payloadType: STATEMENT_TYPE,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [{ keyid: keyId(key.publicKey), sig: Buffer.from(signature).toString('base64') }],
  }
  return Buffer.from(`${JSON.stringify(envelope)}\n`)
}

/**
 * Spec §5.8: the statement in an envelope that `publicKey` signed.
 * @param where names the envelope in an error
 * @throws OriginError PROVENANCE_FORM, PROVENANCE_SIGNATURE
 */
export function openEnvelope(bytes: Uint8Array, publicKey: Uint8Array, where: string): Uint8Array {
  const { payload, signatures } = parseEnvelope(bytes, where)
  const [{ keyid, sig }] = signatures
  const statement = decodeBase64(payload, 'payload', where)
  const signature = decodeBase64(sig, 'signatures[0].sig', where)
  const isSigned = verifyEd25519(signature, preAuthenticationEncoding(STATEMENT_TYPE, statement), publicKey)
  const want = keyId(publicKey)
  if (isSigned && keyid === want) return statement
  const got = isSigned ? `named by ${JSON.stringify(keyid)}` : 'not by that key'
  const message = `${where}: the signature is ${got}, expected one by ${want}, the key of the package (spec §5.8)`
  throw new OriginError('PROVENANCE_SIGNATURE', message, { field: 'signatures', got: keyid, want })
}

function parseEnvelope(bytes: Uint8Array, where: string): v.InferOutput<typeof EnvelopeSchema> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw formError(where, 'the envelope', 'no JSON', 'a DSSE envelope', cause)
  }
  const result = v.safeParse(EnvelopeSchema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  throw formError(where, v.getDotPath(issue) ?? 'the envelope', issue.received, issue.expected)
}

/** Buffer skips what is no base64, so that two texts could mean one; only the one that it writes itself counts. */
function decodeBase64(text: string, field: string, where: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') === text) return bytes
  throw formError(where, field, 'no base64', 'base64 with padding')
}

/** What is not of the form that spec §5.8 demands. */
export function formError(where: string, field: string, got: string, want: string, cause?: unknown): OriginError {
  const message = `${where}: ${field} is ${got}, expected ${want} (spec §5.8)`
  const options = cause === undefined ? {} : { cause }
  return new OriginError('PROVENANCE_FORM', message, { field, got, want }, options)
}
