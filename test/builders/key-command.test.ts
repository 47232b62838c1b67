import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandKey } from '../../src/builders/key-command.ts'
import { verifyEd25519 } from '../../src/crypto/ed25519.ts'
import { keyId } from '../../src/crypto/key-id.ts'
import { encodePrivateKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { signWith } from '../../src/crypto/signer.ts'
import { runs } from '../support/runs.ts'
import { scratch } from '../support/scratch.ts'

const KEY = keyPairFromSeedText('test123')
const message = Buffer.from('what is signed')
const environment = { PATH: process.env.PATH }
const refused = (text: string) => ({ code: 'KEY_COMMAND', message: expect.stringContaining(text) })

test.skipIf(!runs('openssl')).each([
  ['raw bytes', ''],
  ['base64 in lines', ' | openssl base64'],
  ['hex digits', ` | od -An -v -tx1`],
])('a shell line around openssl signs, answering with %s', async (_, form) => {
  const directory = scratch()
  writeFileSync(join(directory, 'key'), encodePrivateKeyPem(KEY), { mode: 0o600 })
  // OpenSSL 3.0 signs files only.
  const line = `cd '${directory}' && cat > message && openssl pkeyutl -sign -rawin -inkey key -in message${form}`
  const signature = await signWith(commandKey(line, KEY.publicKey, environment), message)
  expect(verifyEd25519(signature, message, KEY.publicKey)).toBe(true)
})

test("the program learns which key is meant from its environment, which is the caller's otherwise", async () => {
  const path = join(scratch(), 'seen')
  const line = `cat > '${path}.message'; echo "$FLAVOR_PUBLIC_KEY $FLAVOR_KEY_ID $OWN" > '${path}'`
  const key = commandKey(line, KEY.publicKey, { ...environment, OWN: 'mine' })
  await expect(key.sign(message)).rejects.toMatchObject(refused('answered with 0 bytes'))
  const { readFileSync } = await import('node:fs')
  const hex = Buffer.from(KEY.publicKey).toString('hex')
  expect(readFileSync(path, 'utf8')).toBe(`${hex} ${keyId(KEY.publicKey)} mine\n`)
  expect(readFileSync(`${path}.message`)).toEqual(message)
})

test.each([
  ['a program that fails', 'exit 7', 'ended with 7'],
  ['a program that dies', 'kill -KILL $$', 'ended by SIGKILL'],
  ['a program that is not there', '/nonexistent/signer', 'cannot be started'],
  ['a program that never stops writing', 'yes y 2>/dev/null', 'wrote more than'],
  ['a program that answers with a text', 'echo signed', 'answered with 7 bytes'],
  ['a signature by nobody', 'head -c 64 /dev/zero', 'does not hold'],
])('%s is refused with the reason', async (_, command, reason) => {
  await expect(signWith(commandKey(command, KEY.publicKey, environment), message)).rejects.toMatchObject(
    refused(reason),
  )
})

test('a program that does not answer is ended', async () => {
  const key = commandKey('exec sleep 1000', KEY.publicKey, environment, 0.2)
  await expect(key.sign(message)).rejects.toMatchObject(refused('did not answer within 0.2 s'))
})
